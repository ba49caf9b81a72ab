/** Ranks from 1 on; equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const order = values
    .map((value, index) => ({ value, index }))
    .sort((a, b) => a.value - b.value);
  const found = new Array<number>(values.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && order[end].value === order[start].value) {
      end++;
    }
    for (let place = start; place < end; place++) {
      found[order[place].index] = (start + 1 + end) / 2;
    }
    start = end;
  }
  return found;
}

/** Spearman's rank correlation, −1 … 1; 0 where either side is constant. */
export function spearman(
  one: readonly number[],
  other: readonly number[]
): number {
  const a = ranks(one);
  const b = ranks(other);
  const mean = (a.length + 1) / 2;
  let both = 0;
  let alone_a = 0;
  let alone_b = 0;
  a.forEach((rank, index) => {
    both += (rank - mean) * (b[index] - mean);
    alone_a += (rank - mean) ** 2;
    alone_b += (b[index] - mean) ** 2;
  });
  return alone_a > 0 && alone_b > 0 ? both / Math.sqrt(alone_a * alone_b) : 0;
}

/**
 * How much of the ranks' variation lies between groups: the correlation ratio η of the ranks, 0 … 1.
 * What Spearman's correlation is for numbers, for words.
 */
export function rankCorrelationRatio(
  groups: readonly string[],
  values: readonly number[]
): number {
  const ranked = ranks(values);
  const mean = (ranked.length + 1) / 2;
  const sums = new Map<string, { count: number; sum: number }>();
  let total = 0;
  ranked.forEach((rank, index) => {
    const group = sums.get(groups[index]) ?? { count: 0, sum: 0 };
    sums.set(groups[index], {
      count: group.count + 1,
      sum: group.sum + rank
    });
    total += (rank - mean) ** 2;
  });
  let between = 0;
  for (const { count, sum } of sums.values()) {
    between += count * (sum / count - mean) ** 2;
  }
  return total > 0 ? Math.sqrt(between / total) : 0;
}
