/**
 * Exponential moving average without the pull towards zero at the start, as TensorBoard draws it.
 * Gaps stay gaps and don't reset it.
 */
export function smooth(
  values: readonly (number | null)[],
  weight: number
): (number | null)[] {
  let last = 0;
  let seen = 0;
  return values.map(value => {
    if (value === null || !Number.isFinite(value)) {
      return value;
    }
    last = last * weight + (1 - weight) * value;
    seen += 1;
    return last / (1 - Math.pow(weight, seen));
  });
}
