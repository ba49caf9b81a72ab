import { decodeNumber, type Run, type RunStatus, type Series } from '../api';
import {
  along,
  groupColor,
  meanWithBand,
  runColor,
  type IChartSeries,
  type Range
} from '../charts';
import { axisMetric, type IChartSettings } from './chartSettings';
import { formatParam } from './format';

/** One metric of a run, and the metric on the x axis where one stands there. */
export interface IRunSeries {
  run: Run;
  series: Series;
  axis: Series | null;
}

const END_SIGNS: Partial<Record<RunStatus, string>> = {
  CRASHED: '⚡',
  FAILED: '✗',
  KILLED: '■'
};

/** A line for each run, or for each value of a param the mean of its runs. */
export function linesOf(
  found: readonly IRunSeries[],
  settings: IChartSettings
): IChartSeries[] {
  return settings.group_by === ''
    ? found.map(one => runLine(one, settings))
    : groupLines(found, settings);
}

/** The steps, over all runs, that stand within a part of the x axis; null where none does. */
export function stepsWithin(
  found: readonly IRunSeries[],
  settings: IChartSettings,
  [low, high]: Range
): Range | null {
  if (settings.x === 'step') {
    return [low, high];
  }
  let first = Infinity;
  let last = -Infinity;
  for (const one of found) {
    const { x } = placed(one, settings);
    const left_out = one.series.steps.length - x.length;
    x.forEach((value, index) => {
      if (value >= low && value <= high) {
        const at = index + left_out;
        const { steps } = one.series;
        first = Math.min(first, steps[Math.max(0, at - 1)]);
        last = Math.max(last, steps[Math.min(steps.length - 1, at + 1)]);
      }
    });
  }
  return first <= last ? [first, last] : null;
}

function runLine(one: IRunSeries, settings: IChartSettings): IChartSeries {
  return {
    id: one.run.run_id,
    label: one.run.run_name,
    color: runColor(one.run.run_id),
    ...placed(one, settings),
    end_sign: END_SIGNS[one.run.status]
  };
}

function groupLines(
  found: readonly IRunSeries[],
  settings: IChartSettings
): IChartSeries[] {
  const groups = new Map<string, IRunSeries[]>();
  for (const one of found) {
    const text = groupOf(one.run, settings.group_by);
    groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  return [...groups.keys()]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((text, index) => {
      const members = groups.get(text) ?? [];
      return {
        id: text,
        label: `${settings.group_by} = ${text} (${members.length})`,
        color: groupColor(index),
        ...meanWithBand(
          members.map(one => inOrder(placed(one, settings))),
          settings.band
        )
      };
    });
}

function groupOf(run: Run, key: string): string {
  return formatParam(run.params.find(param => param.key === key)) || '–';
}

function placed(
  { run, series, axis }: IRunSeries,
  settings: IChartSettings
): { x: readonly number[]; y: readonly number[] } {
  const y = numbersOf(series.values);
  if (axisMetric(settings) !== null) {
    return axis
      ? along(series.steps, y, axis.steps, numbersOf(axis.values))
      : { x: [], y: [] };
  }
  switch (settings.x) {
    case 'time':
      return { x: series.times, y };
    case 'relative':
      return {
        x: series.times.map(time => (time - run.start_time) / 1000),
        y
      };
    default:
      return { x: series.steps, y };
  }
}

/** Points in the order of x, as a mean needs them; those of one x stay in their order. */
function inOrder({ x, y }: { x: readonly number[]; y: readonly number[] }): {
  x: readonly number[];
  y: readonly number[];
} {
  if (x.every((value, index) => index === 0 || value >= x[index - 1])) {
    return { x, y };
  }
  const order = x.map((_, index) => index).sort((a, b) => x[a] - x[b]);
  return { x: order.map(index => x[index]), y: order.map(index => y[index]) };
}

const decoded = new WeakMap<Series['values'], number[]>();

function numbersOf(values: Series['values']): number[] {
  let found = decoded.get(values);
  if (!found) {
    found = values.map(decodeNumber);
    decoded.set(values, found);
  }
  return found;
}
