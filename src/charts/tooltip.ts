import type uPlot from 'uplot';
import { formatNumber } from './format';
import { nearestIndex, nearestOfAny } from './nearest';
import type { IChartSeries } from './types';

const MAX_ROWS = 10;
/** A line that has no point so near to the crosshair is not named. */
const REACH_PX = 24;

interface ITooltipRow {
  label: string;
  color: string;
  value: number;
  /** In pixels, how far it is from the pointer. */
  away_px: number;
  band: string;
}

/** Names the lines nearest to the pointer, and their values under the crosshair, greatest first. */
export class Tooltip {
  constructor(private readonly _formatX: (x: number) => string) {
    this._box.className = 'jp-Lightflow-tooltip';
    this._box.hidden = true;
  }

  attach(host: HTMLElement): void {
    host.appendChild(this._box);
  }

  /** `smoothed` are the values to name in the place of the lines' own. */
  show(
    chart: uPlot,
    lines: readonly IChartSeries[],
    smoothed?: readonly (readonly number[])[]
  ): void {
    const { left, top } = chart.cursor;
    if (left === undefined || left < 0) {
      this._box.hidden = true;
      return;
    }
    const x = chart.posToVal(left, 'x');
    let nearest = NaN;
    const rows: ITooltipRow[] = [];
    lines.forEach((line, number) => {
      const index = grows(line)
        ? nearestIndex(line.x, x)
        : nearestOfAny(line.x, x);
      if (
        line.x.length === 0 ||
        index < 0 ||
        Math.abs(chart.valToPos(line.x[index], 'x') - left) > REACH_PX
      ) {
        return;
      }
      if (!(Math.abs(nearest - x) <= Math.abs(line.x[index] - x))) {
        nearest = line.x[index];
      }
      const value = (smoothed ? smoothed[number] : line.y)[index];
      const away_px = Math.abs(chart.valToPos(value, 'y') - (top ?? 0));
      rows.push({
        label: line.label,
        color: line.color,
        value,
        away_px: Number.isFinite(away_px) ? away_px : Infinity,
        band: line.band
          ? `${formatNumber(line.band.low[index])} … ${formatNumber(line.band.high[index])}`
          : ''
      });
    });
    this._box.hidden = rows.length === 0;
    this._fill(this._formatX(nearest), rows);
    this._move(chart, left, top ?? 0);
  }

  private _fill(x: string, rows: ITooltipRow[]): void {
    const rank = (value: number): number =>
      Number.isNaN(value) ? -Infinity : value;
    const shown = rows
      .sort((a, b) => a.away_px - b.away_px)
      .slice(0, MAX_ROWS)
      .sort((a, b) => rank(b.value) - rank(a.value));
    const parts = [line('jp-Lightflow-tooltip-x', x), ...shown.map(draw)];
    if (rows.length > MAX_ROWS) {
      parts.push(
        line('jp-Lightflow-tooltip-x', `… +${rows.length - MAX_ROWS}`)
      );
    }
    this._box.replaceChildren(...parts);
  }

  private _move(chart: uPlot, left: number, top: number): void {
    const { clientWidth, clientHeight } = chart.over;
    const atRight = left > clientWidth / 2;
    this._box.style.left = atRight ? '' : `${left + 12}px`;
    this._box.style.right = atRight ? `${clientWidth - left + 12}px` : '';
    this._box.style.top = `${Math.max(0, Math.min(top, clientHeight - 40))}px`;
  }

  private readonly _box = document.createElement('div');
}

const growing = new WeakMap<readonly number[], boolean>();

function grows({ x }: IChartSeries): boolean {
  let known = growing.get(x);
  if (known === undefined) {
    known = x.every((value, index) => index === 0 || value >= x[index - 1]);
    growing.set(x, known);
  }
  return known;
}

function line(className: string, text: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.textContent = text;
  return element;
}

function draw(row: ITooltipRow): HTMLElement {
  const made = line('', '');
  const dot = document.createElement('span');
  dot.className = 'jp-Lightflow-dot';
  dot.style.background = row.color;
  const value = document.createElement('b');
  value.textContent = formatNumber(row.value);
  made.append(dot, value, ` ${row.label}`);
  if (row.band) {
    made.append(` (${row.band})`);
  }
  return made;
}
