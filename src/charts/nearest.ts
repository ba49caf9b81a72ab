/** Where in growing numbers the one nearest to `value` stands; -1 where there is none. */
export function nearestIndex(x: readonly number[], value: number): number {
  let low = 0;
  let high = x.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return value - x[low] <= x[high] - value ? low : high;
}

/** The same where the numbers don't grow. */
export function nearestOfAny(x: readonly number[], value: number): number {
  let found = -1;
  let least = Infinity;
  x.forEach((one, index) => {
    const distance = Math.abs(one - value);
    if (distance < least) {
      least = distance;
      found = index;
    }
  });
  return found;
}
