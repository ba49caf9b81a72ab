import type { Range } from './types';

/** Round numbers within a range, about `count` of them. */
export function ticks([low, high]: Range, count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) {
    return [low];
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map(factor => factor * power).find(one => one >= rough) ??
    rough;
  const found: number[] = [];
  for (
    let index = Math.ceil(low / step);
    index * step <= high + step * 1e-9;
    index++
  ) {
    found.push(Number((index * step).toPrecision(12)));
  }
  return found;
}

/** Powers of ten within a range; round numbers where there are fewer than two of them. */
export function logTicks(range: Range, count: number): number[] {
  const first = Math.ceil(Math.log10(range[0]) - 1e-9);
  const last = Math.floor(Math.log10(range[1]) + 1e-9);
  if (last - first < 1) {
    return ticks(range, count).filter(tick => tick > 0);
  }
  const stride = Math.ceil((last - first + 1) / Math.max(2, count));
  const found: number[] = [];
  for (let power = first; power <= last; power += stride) {
    found.push(10 ** power);
  }
  return found;
}
