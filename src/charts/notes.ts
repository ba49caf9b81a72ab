import { countOutside, xRange } from './ranges';
import type { IChartOptions, IChartSeries } from './types';

/** What a chart can't show as a point of a line, counted. */
export interface IChartNotes {
  /** Left out as far from the rest, on request. */
  outside: number;
  nan: number;
  infinite: number;
  /** Zero or less, which a logarithmic axis has no place for. */
  not_positive: number;
}

export function chartNotes(
  lines: readonly IChartSeries[],
  options: Pick<IChartOptions, 'log_x' | 'log_y' | 'robust' | 'zoom'>
): IChartNotes {
  const notes = { outside: 0, nan: 0, infinite: 0, not_positive: 0 };
  for (const { y } of lines) {
    for (const value of y) {
      if (Number.isNaN(value)) {
        notes.nan += 1;
      } else if (!Number.isFinite(value)) {
        notes.infinite += 1;
      } else if (options.log_y && value <= 0) {
        notes.not_positive += 1;
      }
    }
  }
  if (options.robust) {
    notes.outside = countOutside(lines, xRange(lines, options), options.log_y);
  }
  return notes;
}
