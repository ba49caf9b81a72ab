import type { ICodeCell, IViewRun } from './document';

/** One cell as two runs had it; empty where one of them didn't stand on it. */
export interface ICellPair {
  title: string;
  before: string;
  after: string;
}

/** The tracked cells of two runs first, then the cells they stood on, matched by their ids. */
export function cellPairs(
  before: Pick<IViewRun, 'cells'>,
  after: Pick<IViewRun, 'cells'>
): ICellPair[] {
  const [own_before, ...others_before] = before.cells ?? [];
  const [own_after, ...others_after] = after.cells ?? [];
  const pairs: ICellPair[] = [];
  if (own_before || own_after) {
    pairs.push(pair(own_before, own_after));
  }
  const left = [...others_before];
  for (const cell of others_after) {
    const index = left.findIndex(
      other =>
        (other.cell_id !== '' && other.cell_id === cell.cell_id) ||
        other.source === cell.source
    );
    pairs.push(pair(index < 0 ? undefined : left.splice(index, 1)[0], cell));
  }
  return [...pairs, ...left.map(cell => pair(cell, undefined))];
}

function pair(
  before: ICodeCell | undefined,
  after: ICodeCell | undefined
): ICellPair {
  const counts = [before, after].map(cell =>
    cell && cell.execution_count !== null ? `[${cell.execution_count}]` : '–'
  );
  return {
    title: counts[0] === counts[1] ? counts[0] : counts.join(' → '),
    before: before?.source ?? '',
    after: after?.source ?? ''
  };
}
