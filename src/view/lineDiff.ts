export interface IDiffLine {
  /** Whether it stands in both texts, only in the first or only in the second. */
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Over this many pairs of lines the middle is shown as replaced as a whole. */
const MAX_PAIRS = 4_000_000;

/** The lines of two texts as one list: what they share (longest common subsequence), and the rest. */
export function lineDiff(before: string, after: string): IDiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) {
    head++;
  }
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail++;
  }
  return [
    ...lines('same', a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...lines('same', a.slice(a.length - tail))
  ];
}

function middle(a: readonly string[], b: readonly string[]): IDiffLine[] {
  if (a.length * b.length > MAX_PAIRS) {
    return [...lines('removed', a), ...lines('added', b)];
  }
  const width = b.length + 1;
  /** At `i * width + j`: how many lines a from i on and b from j on share. */
  const shared = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      shared[i * width + j] =
        a[i] === b[j]
          ? shared[(i + 1) * width + j + 1] + 1
          : Math.max(shared[(i + 1) * width + j], shared[i * width + j + 1]);
    }
  }
  const found: IDiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      found.push({ kind: 'same', text: a[i] });
      i++;
      j++;
    } else if (shared[(i + 1) * width + j] >= shared[i * width + j + 1]) {
      found.push({ kind: 'removed', text: a[i++] });
    } else {
      found.push({ kind: 'added', text: b[j++] });
    }
  }
  return [
    ...found,
    ...lines('removed', a.slice(i)),
    ...lines('added', b.slice(j))
  ];
}

function lines(kind: IDiffLine['kind'], texts: readonly string[]): IDiffLine[] {
  return texts.map(text => ({ kind, text }));
}
