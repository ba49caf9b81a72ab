import type { IChartSeries } from './types';

/** From a value to a pixel of the canvas; NaN where an axis has no place for it. */
export interface IPlace {
  x: (value: number) => number;
  y: (value: number) => number;
  left: number;
  top: number;
  width: number;
  height: number;
  /** Pixels of the canvas per pixel of the page. */
  density: number;
}

const RAW_ALPHA = 0.28;
const BAND_ALPHA = 0.18;
const MARK_PX = 4;

/** Draw lines, bands and the marks of what no line can show, clipped to the plot. */
export function paint(
  context: CanvasRenderingContext2D,
  place: IPlace,
  lines: readonly IChartSeries[],
  smoothed: readonly (readonly number[])[] | null
): void {
  context.save();
  context.beginPath();
  context.rect(place.left, place.top, place.width, place.height);
  context.clip();
  context.lineJoin = 'bevel';
  lines.forEach((line, index) => {
    if (line.band) {
      paintBand(context, place, line);
    }
    context.strokeStyle = line.color;
    context.globalAlpha = smoothed ? RAW_ALPHA : 1;
    context.lineWidth = 1.5 * place.density;
    trace(context, place, line.x, line.y);
    if (smoothed) {
      context.globalAlpha = 1;
      context.lineWidth = 2 * place.density;
      trace(context, place, line.x, smoothed[index]);
    }
  });
  context.globalAlpha = 1;
  lines.forEach(line => paintMarks(context, place, line));
  context.restore();
}

/** The line as strokes; a gap ends a stroke, a point between two gaps is a dot. */
function trace(
  context: CanvasRenderingContext2D,
  place: IPlace,
  x: readonly number[],
  y: readonly number[]
): void {
  context.beginPath();
  let length = 0;
  let last_x = 0;
  let last_y = 0;
  const dots: [number, number][] = [];
  const end = (): void => {
    if (length === 1) {
      dots.push([last_x, last_y]);
    }
    length = 0;
  };
  for (let index = 0; index < x.length; index++) {
    const at_x = place.x(x[index]);
    const at_y = place.y(y[index]);
    if (!Number.isFinite(at_x) || !Number.isFinite(at_y)) {
      end();
      continue;
    }
    if (length === 0) {
      context.moveTo(at_x, at_y);
    } else {
      context.lineTo(at_x, at_y);
    }
    length += 1;
    last_x = at_x;
    last_y = at_y;
  }
  end();
  context.stroke();
  context.fillStyle = context.strokeStyle;
  for (const [at_x, at_y] of dots) {
    context.beginPath();
    context.arc(at_x, at_y, 3 * place.density, 0, 2 * Math.PI);
    context.fill();
  }
}

function paintBand(
  context: CanvasRenderingContext2D,
  place: IPlace,
  line: IChartSeries
): void {
  const { low, high } = line.band ?? { low: [], high: [] };
  context.fillStyle = line.color;
  context.globalAlpha = BAND_ALPHA;
  const edge = (values: readonly number[], index: number): number =>
    place.y(values[index]);
  let start = 0;
  const whole = (index: number): boolean =>
    Number.isFinite(edge(low, index)) && Number.isFinite(edge(high, index));
  for (let index = 0; index <= line.x.length; index++) {
    if (index < line.x.length && whole(index)) {
      continue;
    }
    if (index - start > 1) {
      context.beginPath();
      for (let at = start; at < index; at++) {
        context.lineTo(place.x(line.x[at]), edge(high, at));
      }
      for (let at = index - 1; at >= start; at--) {
        context.lineTo(place.x(line.x[at]), edge(low, at));
      }
      context.fill();
    }
    start = index + 1;
  }
}

/** A cross at the bottom for NaN, a triangle at the edge for an infinity, a sign at a bad end. */
function paintMarks(
  context: CanvasRenderingContext2D,
  place: IPlace,
  line: IChartSeries
): void {
  context.strokeStyle = line.color;
  context.fillStyle = line.color;
  context.lineWidth = 1.5 * place.density;
  const size = MARK_PX * place.density;
  const drawn = new Set<string>();
  line.y.forEach((value, index) => {
    const x = place.x(line.x[index]);
    if (!Number.isFinite(x) || Number.isFinite(value)) {
      return;
    }
    const kind = Number.isNaN(value) ? 'nan' : value > 0 ? 'high' : 'low';
    const key = `${kind} ${Math.round(x / size)}`;
    if (drawn.has(key)) {
      return;
    }
    drawn.add(key);
    const bottom = place.top + place.height - size - 1;
    context.beginPath();
    if (kind === 'nan') {
      context.moveTo(x - size, bottom - size);
      context.lineTo(x + size, bottom + size);
      context.moveTo(x + size, bottom - size);
      context.lineTo(x - size, bottom + size);
      context.stroke();
    } else {
      const [base, tip] =
        kind === 'high'
          ? [place.top + 2 * size, place.top + 1]
          : [bottom - size, bottom + size];
      context.moveTo(x - size, base);
      context.lineTo(x + size, base);
      context.lineTo(x, tip);
      context.fill();
    }
  });
  if (line.end_sign) {
    paintEnd(context, place, line, line.end_sign);
  }
}

/** A sign where the line ends, so that it stays within the plot. */
function paintEnd(
  context: CanvasRenderingContext2D,
  place: IPlace,
  line: IChartSeries,
  sign: string
): void {
  let index = line.y.length - 1;
  while (index >= 0 && !Number.isFinite(place.y(line.y[index]))) {
    index--;
  }
  if (index < 0) {
    return;
  }
  const x = place.x(line.x[index]);
  const y = place.y(line.y[index]);
  context.font = `bold ${13 * place.density}px sans-serif`;
  context.textAlign = x > place.left + place.width / 2 ? 'right' : 'left';
  context.textBaseline = y < place.top + place.height / 2 ? 'top' : 'bottom';
  context.fillText(sign, x, y);
}
