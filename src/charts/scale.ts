import { logTicks, ticks } from './ticks';
import type { Range } from './types';

/** Places values on an axis of pixels; what a logarithmic axis has no place for is NaN. */
export interface IScale {
  place: (value: number) => number;
  ticks: readonly number[];
}

export function scale(
  values: Range,
  pixels: Range,
  log: boolean,
  tick_count: number
): IScale {
  const inner = (value: number): number => (log ? Math.log10(value) : value);
  const [low, high] = [inner(values[0]), inner(values[1])];
  const factor = (pixels[1] - pixels[0]) / (high - low || 1);
  return {
    place: value => {
      const at = pixels[0] + (inner(value) - low) * factor;
      return Number.isFinite(at) ? at : NaN;
    },
    ticks: (log ? logTicks : ticks)(values, tick_count)
  };
}
