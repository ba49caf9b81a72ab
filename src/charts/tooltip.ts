import type uPlot from 'uplot';
import { formatNumber } from './format';

const MAX_ROWS = 10;

interface ITooltipRow {
  label: string;
  color: string;
  value: number;
}

/** Name the lines and their values under the crosshair, greatest first. */
export function tooltipPlugin(
  visible: (seriesIndex: number) => boolean,
  formatX: (x: number) => string
): uPlot.Plugin {
  const box = document.createElement('div');
  box.className = 'jp-Lightflow-tooltip';
  return {
    hooks: {
      init: chart => {
        chart.over.appendChild(box);
      },
      setCursor: chart => {
        const { idx, left, top } = chart.cursor;
        if (
          idx === null ||
          idx === undefined ||
          left === undefined ||
          left < 0
        ) {
          box.hidden = true;
          return;
        }
        const rows = rowsAt(chart, idx, visible);
        box.hidden = rows.length === 0;
        box.replaceChildren(
          heading(formatX(chart.data[0][idx])),
          ...rows.map(draw)
        );
        const right = left > chart.over.clientWidth / 2;
        box.style.left = right ? '' : `${left + 12}px`;
        box.style.right = right
          ? `${chart.over.clientWidth - left + 12}px`
          : '';
        box.style.top = `${Math.max(0, Math.min(top ?? 0, chart.over.clientHeight - 40))}px`;
      }
    }
  };
}

function rowsAt(
  chart: uPlot,
  index: number,
  visible: (seriesIndex: number) => boolean
): ITooltipRow[] {
  const rows: ITooltipRow[] = [];
  chart.series.forEach((series, number) => {
    if (number === 0 || !visible(number)) {
      return;
    }
    const at = chart.cursor.idxs?.[number] ?? index;
    const value = at === null ? null : chart.data[number][at];
    if (value !== null && value !== undefined) {
      const color =
        typeof series.stroke === 'function'
          ? series.stroke(chart, number)
          : null;
      rows.push({
        label: String(series.label ?? ''),
        color: String(color),
        value
      });
    }
  });
  return rows.sort((a, b) => b.value - a.value).slice(0, MAX_ROWS);
}

function heading(text: string): HTMLElement {
  const element = document.createElement('div');
  element.className = 'jp-Lightflow-tooltip-x';
  element.textContent = text;
  return element;
}

function draw(row: ITooltipRow): HTMLElement {
  const line = document.createElement('div');
  const dot = document.createElement('span');
  dot.className = 'jp-Lightflow-dot';
  dot.style.background = row.color;
  const value = document.createElement('b');
  value.textContent = formatNumber(row.value);
  line.append(dot, value, ` ${row.label}`);
  return line;
}
