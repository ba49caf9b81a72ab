import { decodeNumber, type CellRuns, type Run } from '../api';

/**
 * What is known of edits since the last run of a cell: of itself, of a cell that it stood on, or
 * that such a cell is not in the notebook any more.
 */
export type Edits = 'none' | 'cell' | 'other' | 'gone' | 'not known';

export interface IRunValue {
  run: Run;
  /** NaN where the run never logged the metric. */
  value: number;
}

/** What a cell's chip says. */
export interface ICellChip {
  /** The newest run, with its value of `metric`. */
  last: IRunValue;
  /** The run with the best value; null where nothing tells which is better. */
  best: IRunValue | null;
  /** Null where the newest run has no metric. */
  metric: string | null;
  edits: Edits;
  /** The newest first; `total` may be more than are here. */
  runs: readonly Run[];
  total: number;
}

/**
 * What the chip of a cell must say; null where it has none.
 *
 * @param belongs - Whether the runs that name this notebook's path are runs of the notebook at hand.
 * @param digests - Of the sources of the notebook's code cells as they are now, by cell id.
 */
export function cellChip(
  known: CellRuns | undefined,
  belongs: (source_name: string) => boolean,
  digests: ReadonlyMap<string, string>
): ICellChip | null {
  const runs = known?.runs.filter(run => belongs(run.source_name)) ?? [];
  if (!known || runs.length === 0 || !digests.has(known.cell_id)) {
    return null;
  }
  const { metric } = known;
  return {
    last: { run: runs[0], value: valueOf(runs[0], metric) },
    best: bestOf(runs, metric, known.lower_is_better),
    metric,
    edits: runs[0] === known.runs[0] ? editsSince(known, digests) : 'not known',
    runs,
    total: known.total - (known.runs.length - runs.length)
  };
}

function editsSince(
  known: CellRuns,
  digests: ReadonlyMap<string, string>
): Edits {
  if (known.stood_on === null) {
    return 'not known';
  }
  // A cell that ran several times stands in it several times: its last version counts.
  const versions = new Map(
    known.stood_on.map(({ cell_id, digest }) => [cell_id, digest])
  );
  const own = versions.get(known.cell_id);
  if (own && own !== digests.get(known.cell_id)) {
    return 'cell';
  }
  const others = [...versions].filter(([cell_id]) => cell_id !== '');
  if (others.some(([cell_id]) => !digests.has(cell_id))) {
    return 'gone';
  }
  if (
    others.some(
      ([cell_id, digest]) => digest !== '' && digest !== digests.get(cell_id)
    )
  ) {
    return 'other';
  }
  const unknown =
    !own || [...versions].some(([id, digest]) => id === '' || digest === '');
  return unknown ? 'not known' : 'none';
}

function bestOf(
  runs: readonly Run[],
  metric: string | null,
  lowerIsBetter: boolean | null
): IRunValue | null {
  if (lowerIsBetter === null) {
    return null;
  }
  const sign = lowerIsBetter ? -1 : 1;
  return runs
    .map(run => ({ run, value: valueOf(run, metric) }))
    .reduce<IRunValue | null>(
      (best, one) =>
        Number.isNaN(one.value) ||
        (best !== null && sign * one.value <= sign * best.value)
          ? best
          : one,
      null
    );
}

function valueOf(run: Run, key: string | null): number {
  const metric = run.metrics.find(one => one.key === key);
  return metric ? decodeNumber(metric.last) : NaN;
}
