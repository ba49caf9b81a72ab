/**
 * Values of one metric over those of another, for example the loss over the epoch.
 *
 * Both come with the steps at which they were logged. At a step the other metric has the value that it
 * was last given, at this step or before; points before its first value have no place and are left out.
 */
export function along(
  steps: readonly number[],
  values: readonly number[],
  other_steps: readonly number[],
  other_values: readonly number[]
): { x: number[]; y: number[] } {
  const x: number[] = [];
  const y: number[] = [];
  let next = 0;
  steps.forEach((step, index) => {
    while (next < other_steps.length && other_steps[next] <= step) {
      next++;
    }
    if (next > 0) {
      x.push(other_values[next - 1]);
      y.push(values[index]);
    }
  });
  return { x, y };
}
