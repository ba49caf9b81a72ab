import { lineDiff, type IDiffLine } from './lineDiff';

const CONTEXT_LINES = 3;

/** A line of a diff, or a fold in the place of equal ones. */
export type FoldedLine = IDiffLine | { kind: 'fold'; text: '' };

/** What changed from one text to another; equal stretches are folded unless `all` is asked for. */
export function foldedDiff(
  before: string,
  after: string,
  all: boolean
): FoldedLine[] {
  const lines = lineDiff(before, after);
  const found: FoldedLine[] = [];
  lines.forEach((line, index) => {
    const near = lines
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some(other => other.kind !== 'same');
    if (all || near) {
      found.push(line);
    } else if (found[found.length - 1]?.kind !== 'fold') {
      found.push({ kind: 'fold', text: '' });
    }
  });
  return found;
}
