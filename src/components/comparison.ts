import { decodeNumber, type Run } from '../api';
import { formatNumber } from '../charts';
import { formatParam } from './format';

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

export function paramRows(runs: readonly Run[]): ICompareRow[] {
  return textRows(
    runs.map(
      run => new Map(run.params.map(param => [param.key, formatParam(param)]))
    )
  );
}

export function tagRows(runs: readonly Run[]): ICompareRow[] {
  return textRows(runs.map(run => new Map(Object.entries(run.tags))));
}

/** Last values, and their distance from those of the run at `baseline`. */
export function metricRows(
  runs: readonly Run[],
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

/** The packages of runs' environment documents; null where a run has none. */
export function packageRows(
  environments: readonly (string | null)[]
): ICompareRow[] {
  return textRows(environments.map(packagesOf));
}

function packagesOf(environment: string | null): Map<string, string> {
  try {
    const { packages } = JSON.parse(environment ?? '{}') as {
      packages?: Record<string, unknown>;
    };
    return new Map(
      Object.entries(packages ?? {}).map(([name, version]) => [
        name,
        String(version)
      ])
    );
  } catch {
    return new Map();
  }
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
