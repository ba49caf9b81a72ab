import { decodeNumber, type Run } from '../../api';
import { scale, type IScale, type Range } from '../../charts';
import { formatParam } from '../format';

/** Axes that span more than this, all above 0, are logarithmic. */
const LOG_SPAN = 1000;
const MARGIN = 0.03;

/** What runs can be placed by: `params.` or `metrics.` and a key. */
export function valueIds(runs: readonly Run[]): {
  params: string[];
  metrics: string[];
} {
  const params = new Set<string>();
  const metrics = new Set<string>();
  for (const run of runs) {
    run.params.forEach(param => params.add(`params.${param.key}`));
    run.metrics.forEach(metric => metrics.add(`metrics.${metric.key}`));
  }
  return { params: [...params].sort(), metrics: [...metrics].sort() };
}

/** The metric by which most runs differ: what a chart shows until the user chooses. */
export function tellingMetric(
  runs: readonly Run[],
  metrics: readonly string[]
): string {
  const distinct = (id: string): number =>
    new Set(runs.map(run => valueOf(run, id))).size;
  return metrics.reduce(
    (best, id) => (best === '' || distinct(id) > distinct(best) ? id : best),
    ''
  );
}

export function keyOf(id: string): string {
  return id.slice(id.indexOf('.') + 1);
}

/** A run's param, or the last value of its metric; null where it has none. */
export function valueOf(run: Run, id: string): number | string | null {
  const key = keyOf(id);
  if (id.startsWith('metrics.')) {
    const metric = run.metrics.find(one => one.key === key);
    const value = metric ? decodeNumber(metric.last) : NaN;
    return Number.isFinite(value) ? value : null;
  }
  const param = run.params.find(one => one.key === key);
  if (!param) {
    return null;
  }
  return typeof param.value === 'number' ? param.value : formatParam(param);
}

/** The values of some runs on one axis. Words stand at whole numbers, in the order of the alphabet. */
export interface IAxis {
  id: string;
  log: boolean;
  range: Range;
  words: readonly string[] | null;
  values: readonly (number | null)[];
}

export function axisOf(runs: readonly Run[], id: string): IAxis {
  const raw = runs.map(run => valueOf(run, id));
  const words = raw.some(value => typeof value === 'string')
    ? [
        ...new Set(raw.flatMap(value => (value === null ? [] : String(value))))
      ].sort()
    : null;
  const values = raw.map(value =>
    value === null ? null : words ? words.indexOf(String(value)) : Number(value)
  );
  if (words) {
    return { id, log: false, words, values, range: [-0.5, words.length - 0.5] };
  }
  const numbers = values.filter((value): value is number => value !== null);
  const least = numbers.reduce((low, value) => Math.min(low, value), Infinity);
  const most = numbers.reduce(
    (high, value) => Math.max(high, value),
    -Infinity
  );
  const log = least > 0 && most / least >= LOG_SPAN;
  return { id, log, words, values, range: margined(least, most, log) };
}

export function axisScale(axis: IAxis, pixels: Range, ticks: number): IScale {
  const made = scale(axis.range, pixels, axis.log, ticks);
  return axis.words
    ? { ...made, ticks: axis.words.map((_, index) => index) }
    : made;
}

function margined(least: number, most: number, log: boolean): Range {
  if (least > most) {
    return [0, 1];
  }
  if (least === most) {
    return log ? [least / 2, least * 2] : [least - 0.5, least + 0.5];
  }
  if (log) {
    const factor = (most / least) ** MARGIN;
    return [least / factor, most * factor];
  }
  const margin = (most - least) * MARGIN;
  return [least - margin, most + margin];
}
