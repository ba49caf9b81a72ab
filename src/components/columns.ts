import type { TranslationBundle } from '@jupyterlab/translation';
import { decodeNumber, type Run, type RunGroup, type TableView } from '../api';
import { formatNumber } from '../charts';
import { formatAge, formatDuration, formatMetric, formatParam } from './format';

export type Aggregate = TableView['aggregate'];

/** A column of the table: `params.lr`, `metrics.loss`, `tags.team`, or an attribute. */
export interface IColumn {
  id: string;
  title: string;
  width_px: number;
  text: (run: Run) => string;
  /** What a group shows. */
  groupText: (group: RunGroup, aggregate: Aggregate) => string;
}

/** Attributes that are columns by themselves. */
export const DEFAULT_ATTRIBUTES = ['start_time', 'duration'];
export const ATTRIBUTES = [
  ...DEFAULT_ATTRIBUTES,
  'status',
  'user_id',
  'source_name',
  'attempt'
];

const CHARACTER_PX = 6.4;
const LEAST_PX = 72;
/** `0.006636` */
const METRIC_PX = 80;
/** `12 min ago`, `59 min 59 s` */
const TIME_PX = 92;
const RANGE_PX = 112;
const MOST_PX = 140;
const RANGE_DIGITS = 3;
const PADDING_PX = 22;
const COLUMNS_OF_EACH = 2;

export function keyOfColumn(id: string): string {
  return id.slice(id.indexOf('.') + 1);
}

/** The column of an id; with `ranges` there is room for the least and the greatest value. */
export function column(
  id: string,
  trans: TranslationBundle,
  ranges = false
): IColumn {
  const title = titleOf(id, trans);
  const width_px = Math.round(
    Math.min(
      MOST_PX,
      Math.max(leastWidth(id, ranges), PADDING_PX + title.length * CHARACTER_PX)
    )
  );
  return { id, title, width_px, ...textsOf(id, trans) };
}

function leastWidth(id: string, ranges: boolean): number {
  if (id.startsWith('metrics.')) {
    return ranges ? RANGE_PX : METRIC_PX;
  }
  return DEFAULT_ATTRIBUTES.includes(id) ? TIME_PX : LEAST_PX;
}

function titleOf(id: string, trans: TranslationBundle): string {
  const attributes: Record<string, string> = {
    start_time: trans.__('Started'),
    duration: trans.__('Took'),
    status: trans.__('State'),
    user_id: trans.__('User'),
    source_name: trans.__('Notebook'),
    attempt: trans.__('Attempt')
  };
  return attributes[id] ?? keyOfColumn(id);
}

function textsOf(
  id: string,
  trans: TranslationBundle
): Pick<IColumn, 'text' | 'groupText'> {
  const key = keyOfColumn(id);
  const groupText = (): string => '';
  switch (id.slice(0, id.length - key.length)) {
    case 'params.':
      return {
        text: run => formatParam(run.params.find(param => param.key === key)),
        groupText
      };
    case 'tags.':
      return { text: run => run.tags[key] ?? '', groupText };
    case 'metrics.':
      return {
        text: run => formatMetric(run.metrics.find(one => one.key === key)),
        groupText: (group, aggregate) => aggregated(group, key, aggregate)
      };
  }
  const now = (): number => Date.now();
  const texts: Record<string, (run: Run) => string> = {
    start_time: run => formatAge(trans, run.start_time, now()),
    duration: run => formatDuration(run, now()),
    status: run => run.status,
    user_id: run => run.user_id,
    source_name: run => run.source_name,
    attempt: run => (run.attempt > 0 ? String(run.attempt) : '')
  };
  return {
    text: texts[id] ?? (() => ''),
    groupText:
      id === 'start_time'
        ? group => formatAge(trans, group.last_start_time, now())
        : groupText
  };
}

/** A group's values of a metric: `0.12–0.34`, or one of least, greatest and mean. */
export function aggregated(
  group: RunGroup,
  key: string,
  aggregate: Aggregate
): string {
  const metric = group.metrics.find(one => one.key === key);
  if (!metric) {
    return '';
  }
  if (aggregate !== 'range') {
    return formatNumber(decodeNumber(metric[aggregate]));
  }
  const told = (value: typeof metric.min): string =>
    formatNumber(Number(decodeNumber(value).toPrecision(RANGE_DIGITS)));
  const [least, greatest] = [told(metric.min), told(metric.max)];
  return least === greatest ? least : `${least} – ${greatest}`;
}

/**
 * By turns the first params that differ between runs and the first metrics the user logged: in a
 * narrow panel one of each is in sight.
 */
export function defaultColumns(runs: readonly Run[]): string[] {
  const metrics = keysOf(runs, run =>
    run.metrics
      .filter(metric => metric.origin === 'user')
      .map(metric => [metric.key, decodeNumber(metric.last)])
  ).map(([key]) => `metrics.${key}`);
  const params = differingParams(runs);
  return Array.from({ length: COLUMNS_OF_EACH }, (_, index) => [
    ...params.slice(index, index + 1),
    ...metrics.slice(index, index + 1)
  ]).flat();
}

/** The columns of params that are not the same in all these runs. */
export function differingParams(runs: readonly Run[]): string[] {
  return keysOf(runs, run => run.params.map(param => [param.key, param.value]))
    .filter(([, values]) => values.size > 1)
    .map(([key]) => `params.${key}`);
}

function keysOf(
  runs: readonly Run[],
  pairs: (run: Run) => [string, unknown][]
): [string, Set<unknown>][] {
  const found = new Map<string, Set<unknown>>();
  for (const run of runs) {
    for (const [key, value] of pairs(run)) {
      found.set(key, (found.get(key) ?? new Set()).add(value));
    }
  }
  return [...found.entries()];
}
