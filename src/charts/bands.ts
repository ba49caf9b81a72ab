import type { IChartSeries } from './types';

const MAX_PLACES = 1000;

export type BandKind = 'deviation' | 'range';

/**
 * The mean of some lines and the band around it.
 *
 * Lines rarely have points at the same x. So the mean is taken at each x at which any of them has a
 * point (at most 1,000 of these, evenly chosen): there each line has its own value, or the one on the
 * straight line between its two neighbours. Before a line's first point and after its last it has
 * none, and neither within a gap (NaN or an infinity on either side), so a line that ended early
 * doesn't pull the mean. The band is from least to greatest, or one standard deviation (of a sample,
 * n − 1) below and above the mean; with one line it has no width.
 */
export function meanWithBand(
  lines: readonly Pick<IChartSeries, 'x' | 'y'>[],
  kind: BandKind
): Required<Pick<IChartSeries, 'x' | 'y' | 'band'>> {
  const x = placesOf(lines);
  const columns = lines.map(line => interpolated(line, x));
  const y: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  for (let index = 0; index < x.length; index++) {
    const values = columns
      .map(column => column[index])
      .filter(value => !Number.isNaN(value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    y.push(mean);
    if (kind === 'range') {
      low.push(Math.min(...values));
      high.push(Math.max(...values));
    } else {
      const squares = values.reduce(
        (sum, value) => sum + (value - mean) ** 2,
        0
      );
      const deviation = Math.sqrt(squares / Math.max(1, values.length - 1));
      low.push(mean - deviation);
      high.push(mean + deviation);
    }
  }
  return { x, y, band: { low, high } };
}

function placesOf(lines: readonly Pick<IChartSeries, 'x'>[]): number[] {
  const all = [...new Set(lines.flatMap(line => [...line.x]))].sort(
    (a, b) => a - b
  );
  if (all.length <= MAX_PLACES) {
    return all;
  }
  const last = all.length - 1;
  return Array.from(
    { length: MAX_PLACES },
    (_, index) => all[Math.round((index * last) / (MAX_PLACES - 1))]
  );
}

/** The line's values at growing `places`; NaN where it has none. Its x grows too. */
function interpolated(
  { x, y }: Pick<IChartSeries, 'x' | 'y'>,
  places: readonly number[]
): number[] {
  let right = 0;
  return places.map(place => {
    while (right < x.length && x[right] < place) {
      right++;
    }
    if (right === x.length) {
      return NaN;
    }
    let found = NaN;
    if (x[right] === place) {
      // Of several points at one x the last counts.
      let last = right;
      while (x[last + 1] === place) {
        last++;
      }
      found = y[last];
    } else if (right > 0) {
      const share = (place - x[right - 1]) / (x[right] - x[right - 1]);
      found = y[right - 1] + share * (y[right] - y[right - 1]);
    }
    return Number.isFinite(found) ? found : NaN;
  });
}
