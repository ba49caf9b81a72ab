/**
 * Exponential moving average without the pull towards zero at the start, as TensorBoard draws it.
 * What is not finite stays as it is and doesn't reset it.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let last = 0;
  let seen = 0;
  return values.map(value => {
    if (!Number.isFinite(value)) {
      return value;
    }
    last = last * weight + (1 - weight) * value;
    seen += 1;
    return last / (1 - Math.pow(weight, seen));
  });
}
