import { decodeNumber, type Run } from '../api';
import { formatMetric, formatParam } from './format';

/** A column of the table: `params.lr`, `metrics.loss`, or an attribute. */
export interface IColumn {
  id: string;
  title: string;
  width_px: number;
  numeric: boolean;
  text: (run: Run) => string;
}

const VALUE_PX = 92;
const MAX_DEFAULTS = 2;

export function valueColumn(id: string): IColumn {
  const [kind, ...rest] = id.split('.');
  const key = rest.join('.');
  if (kind === 'params') {
    return {
      id,
      title: key,
      width_px: VALUE_PX,
      numeric: true,
      text: run => formatParam(run.params.find(param => param.key === key))
    };
  }
  return {
    id,
    title: key,
    width_px: VALUE_PX,
    numeric: true,
    text: run => formatMetric(run.metrics.find(metric => metric.key === key))
  };
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
  return [
    ...differing.slice(0, MAX_DEFAULTS),
    ...metrics.slice(0, MAX_DEFAULTS)
  ];
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
