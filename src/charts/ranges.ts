import type { IChartOptions, IChartSeries, Range } from './types';

const MARGIN = 0.04;
/** Tukey's outer fence: so many spans between the quartiles from them lies what is far out. */
const FENCE = 3;

/** From the least to the greatest x that is drawn. */
export function xRange(
  lines: readonly IChartSeries[],
  options: Pick<IChartOptions, 'log_x' | 'zoom'>
): Range {
  if (options.zoom) {
    return options.zoom;
  }
  let low = Infinity;
  let high = -Infinity;
  for (const { x } of lines) {
    for (const value of x) {
      if (Number.isFinite(value) && (!options.log_x || value > 0)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  return widened(low, high, options.log_x, 0);
}

/**
 * The vertical range of what is drawn within `x`. With `robust`, only what lies within Tukey's outer
 * fences (three times the span between the quartiles below and above them); where half of the values
 * are equal there are no fences.
 */
export function yRange(
  lines: readonly IChartSeries[],
  x: Range,
  options: Pick<IChartOptions, 'log_y' | 'robust'>
): Range {
  const values = shown(lines, x, options.log_y);
  if (options.robust) {
    const fence = fences(values, options.log_y);
    const inside = values.filter(
      value => value >= fence[0] && value <= fence[1]
    );
    return widened(...extent(inside), options.log_y, MARGIN);
  }
  return widened(...extent(values), options.log_y, MARGIN);
}

/** How many of the values within `x` lie outside of the fences that `yRange` keeps to. */
export function countOutside(
  lines: readonly IChartSeries[],
  x: Range,
  log_y: boolean
): number {
  const values = shown(lines, x, log_y);
  const [low, high] = fences(values, log_y);
  return values.filter(value => value < low || value > high).length;
}

function shown(
  lines: readonly IChartSeries[],
  [left, right]: Range,
  log_y: boolean
): number[] {
  const values: number[] = [];
  for (const { x, y, band } of lines) {
    for (let index = 0; index < y.length; index++) {
      if (x[index] < left || x[index] > right) {
        continue;
      }
      for (const value of band
        ? [y[index], band.low[index], band.high[index]]
        : [y[index]]) {
        if (Number.isFinite(value) && (!log_y || value > 0)) {
          values.push(value);
        }
      }
    }
  }
  return values;
}

/** On a logarithmic axis the fences stand in the logarithms. */
function fences(values: readonly number[], log: boolean): Range {
  const ordered = values
    .map(value => (log ? Math.log10(value) : value))
    .sort((a, b) => a - b);
  const quartile = (share: number): number =>
    ordered[Math.round((ordered.length - 1) * share)];
  const span = quartile(0.75) - quartile(0.25);
  if (!(span > 0)) {
    return [-Infinity, Infinity];
  }
  const low = quartile(0.25) - FENCE * span;
  const high = quartile(0.75) + FENCE * span;
  return log ? [10 ** low, 10 ** high] : [low, high];
}

function extent(values: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function widened(
  low: number,
  high: number,
  log: boolean,
  share: number
): Range {
  if (low > high) {
    return log ? [0.1, 1] : [0, 1];
  }
  if (log) {
    const factor = low === high ? 2 : Math.pow(high / low, share);
    return [low / factor, high * factor];
  }
  if (low === high) {
    const half = Math.abs(low) * 0.05 || 0.5;
    return [low - half, high + half];
  }
  const margin = (high - low) * share;
  return [low - margin, high + margin];
}
