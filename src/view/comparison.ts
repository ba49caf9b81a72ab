import { decodeNumber, type Metric, type Param } from '../api';
import { formatNumber } from '../charts';
import type { IViewRun } from './document';

export interface ICompareRow {
  key: string;
  /** One text for each run; empty where the run has no such thing. */
  cells: readonly string[];
  /** How far each run is from the baseline; empty where there is nothing to tell. */
  deltas: readonly string[];
}

export function differs(row: ICompareRow): boolean {
  return new Set(row.cells).size > 1;
}

export function paramRows(
  runs: readonly Pick<IViewRun, 'params'>[]
): ICompareRow[] {
  return textRows(
    runs.map(
      run => new Map(run.params.map(param => [param.key, paramText(param)]))
    )
  );
}

/** As Python writes it. */
export function paramText(param: Param): string {
  switch (param.value) {
    case null:
      return 'None';
    case true:
      return 'True';
    case false:
      return 'False';
    default:
      return String(param.value);
  }
}

/** Last values, and their distance from those of the run at `baseline`. */
export function metricRows(
  runs: readonly { metrics: readonly Pick<Metric, 'key' | 'last'>[] }[],
  baseline: number
): ICompareRow[] {
  const maps = runs.map(
    run =>
      new Map(
        run.metrics.map(metric => [metric.key, decodeNumber(metric.last)])
      )
  );
  return keysOf(maps).map(key => {
    const values = maps.map(map => map.get(key));
    const base = values[baseline];
    return {
      key,
      cells: values.map(value =>
        value === undefined ? '' : formatNumber(value)
      ),
      deltas: values.map((value, index) =>
        index === baseline ? '' : delta(base, value)
      )
    };
  });
}

export function recordRows(
  records: readonly (Record<string, string> | undefined)[]
): ICompareRow[] {
  return textRows(records.map(record => new Map(Object.entries(record ?? {}))));
}

/** Differing rows first; each part by its keys. */
export function differingFirst(rows: readonly ICompareRow[]): ICompareRow[] {
  return [...rows.filter(differs), ...rows.filter(row => !differs(row))];
}

function delta(base: number | undefined, value: number | undefined): string {
  if (base === undefined || value === undefined) {
    return '';
  }
  const by = value - base;
  return Number.isFinite(by) && by !== 0
    ? `${by > 0 ? '+' : '−'}${formatNumber(Math.abs(by))}`
    : '';
}

function textRows(maps: readonly Map<string, string>[]): ICompareRow[] {
  return keysOf(maps).map(key => ({
    key,
    cells: maps.map(map => map.get(key) ?? ''),
    deltas: maps.map(() => '')
  }));
}

function keysOf(maps: readonly Map<string, unknown>[]): string[] {
  return [...new Set(maps.flatMap(map => [...map.keys()]))].sort();
}
