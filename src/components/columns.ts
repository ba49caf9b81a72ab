import type { TranslationBundle } from '@jupyterlab/translation';
import { decodeNumber, type Run } from '../api';
import { formatAge, formatDuration, formatMetric, formatParam } from './format';

/** A column of the table: `params.lr`, `metrics.loss`, or an attribute. */
export interface IColumn {
  id: string;
  title: string;
  width_px: number;
  text: (run: Run) => string;
}

const VALUE_PX = 92;
const TIME_PX = 76;
const MAX_PARAMS = 2;
const MAX_METRICS = 2;

export function valueColumn(id: string): IColumn {
  const [kind, ...rest] = id.split('.');
  const key = rest.join('.');
  if (kind === 'params') {
    return {
      id,
      title: key,
      width_px: VALUE_PX,
      text: run => formatParam(run.params.find(param => param.key === key))
    };
  }
  return {
    id,
    title: key,
    width_px: VALUE_PX,
    text: run => formatMetric(run.metrics.find(metric => metric.key === key))
  };
}

/** When a run began and how long it took: behind the values. */
export function timeColumns(trans: TranslationBundle): IColumn[] {
  return [
    {
      id: 'start_time',
      title: trans.__('Started'),
      width_px: TIME_PX,
      text: run => formatAge(trans, run.start_time, Date.now())
    },
    {
      id: 'duration',
      title: trans.__('Took'),
      width_px: TIME_PX,
      text: run => formatDuration(run, Date.now())
    }
  ];
}

/** The server's words for sorting: keys stand in back ticks. */
export function orderTerm(column_id: string, descending: boolean): string {
  const dot = column_id.indexOf('.');
  const name =
    dot < 0
      ? column_id
      : `${column_id.slice(0, dot)}.\`${column_id.slice(dot + 1)}\``;
  return `${name} ${descending ? 'DESC' : 'ASC'}`;
}

/** The first params that differ between runs, and the first metrics the user logged. */
export function defaultColumns(runs: readonly Run[]): string[] {
  const differing = keysOf(runs, run =>
    run.params.map(param => [param.key, param.value])
  )
    .filter(([, values]) => values.size > 1)
    .map(([key]) => `params.${key}`);
  const metrics = keysOf(runs, run =>
    run.metrics
      .filter(metric => metric.origin === 'user')
      .map(metric => [metric.key, decodeNumber(metric.last)])
  ).map(([key]) => `metrics.${key}`);
  return [...differing.slice(0, MAX_PARAMS), ...metrics.slice(0, MAX_METRICS)];
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
