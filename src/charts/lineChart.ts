import uPlot from 'uplot';
import { formatNumber, formatSeconds } from './format';
import { smooth } from './smoothing';
import { onThemeChange, sameTheme, themeFrom } from './theme';
import { tooltipPlugin } from './tooltip';
import type { IChartOptions, IChartSeries, IChartTheme } from './types';

const RAW_ALPHA = 0.25;
const MIN_WIDTH_PX = 120;

/**
 * Lines over a shared x axis. Draws only while its host has a width; follows the host's size and the
 * page's theme.
 */
export class LineChart {
  constructor(host: HTMLElement, options: IChartOptions) {
    this._host = host;
    this._options = options;
    this._observer = new ResizeObserver(() => this._fit());
    this._observer.observe(host);
    this._theme = themeFrom(host);
    this._stopTheme = onThemeChange(() => this._followTheme());
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  setSeries(series: readonly IChartSeries[]): void {
    const sameLines =
      this._plot !== null &&
      series.length === this._series.length &&
      series.every((line, index) => this._isLine(line, index));
    this._series = series;
    if (sameLines && this._plot) {
      this._plot.setData(this._data(), !this._zoomed);
    } else {
      this._build();
    }
  }

  setOptions(patch: Partial<IChartOptions>): void {
    this._options = { ...this._options, ...patch };
    this._build();
  }

  dispose(): void {
    this._disposed = true;
    this._observer.disconnect();
    this._stopTheme();
    this._plot?.destroy();
    this._plot = null;
  }

  private _isLine(line: IChartSeries, index: number): boolean {
    const other = this._series[index];
    return (
      line.id === other.id &&
      line.label === other.label &&
      line.color === other.color
    );
  }

  private _fit(): void {
    const width = this._host.clientWidth;
    if (width < MIN_WIDTH_PX || this._disposed) {
      return;
    }
    if (this._plot === null) {
      this._build();
    } else if (this._plot.width !== width) {
      this._plot.setSize({ width, height: this._options.height_px });
    }
  }

  private _followTheme(): void {
    const theme = themeFrom(this._host);
    if (!sameTheme(theme, this._theme)) {
      this._theme = theme;
      this._build();
    }
  }

  private _build(): void {
    this._plot?.destroy();
    this._plot = null;
    this._zoomed = false;
    const width = this._host.clientWidth;
    if (this._disposed || width < MIN_WIDTH_PX || this._series.length === 0) {
      return;
    }
    this._theme = themeFrom(this._host);
    this._plot = new uPlot(this._uplotOptions(width), this._data(), this._host);
  }

  /** Raw lines, then the smoothed ones where asked for, on the union of all x. */
  private _data(): uPlot.AlignedData {
    const smoothing = this._options.smoothing;
    const tables = this._series.map(({ x, y }): uPlot.AlignedData => {
      const xs = x as number[];
      const raw = y as (number | null)[];
      return smoothing > 0 ? [xs, raw, smooth(raw, smoothing)] : [xs, raw];
    });
    return tables.length > 1 ? uPlot.join(tables) : tables[0];
  }

  private _uplotOptions(width: number): uPlot.Options {
    const { height_px, log_y, x_kind, smoothing, sync_key } = this._options;
    const theme = this._theme;
    const axis = {
      stroke: theme.text,
      font: theme.font,
      ticks: { stroke: theme.grid, width: 1 }
    };
    const grid = { stroke: theme.grid, width: 1 };
    const perLine = smoothing > 0 ? 2 : 1;
    return {
      width,
      height: height_px,
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false },
        points: { size: 6 },
        ...(sync_key ? { sync: { key: sync_key, scales: ['x', null] } } : {})
      },
      scales: {
        x: { time: x_kind === 'time' },
        y: log_y ? { distr: 3 } : {}
      },
      ms: 1,
      axes: [
        { ...axis, grid, size: 32, values: xValues(this._options) },
        {
          ...axis,
          grid,
          size: 56,
          values: (_, ticks) =>
            ticks.map(tick => (tick === null ? '' : formatNumber(tick)))
        }
      ],
      series: [{}, ...this._series.flatMap(line => this._lines(line, perLine))],
      plugins: [
        tooltipPlugin(
          number => perLine === 1 || number % 2 === 0,
          x => xText(this._options, x)
        )
      ],
      hooks: {
        setSelect: [
          chart => {
            if (chart.select.width > 0) {
              this._zoom(chart);
            }
          }
        ],
        ready: [
          chart => {
            chart.over.addEventListener('dblclick', () => {
              this._zoomed = false;
              this._options.onZoom?.(null);
            });
          }
        ]
      }
    };
  }

  private _zoom(chart: uPlot): void {
    const { left, width } = chart.select;
    this._zoomed = true;
    this._options.onZoom?.([
      chart.posToVal(left, 'x'),
      chart.posToVal(left + width, 'x')
    ]);
  }

  private _lines(line: IChartSeries, perLine: number): uPlot.Series[] {
    // A line of one point would not be seen.
    const points: uPlot.Series.Points = {
      show: chart => chart.data[0].length === 1,
      size: 6
    };
    const raw: uPlot.Series = {
      label: line.label,
      stroke: line.color,
      width: 1.5,
      alpha: perLine > 1 ? RAW_ALPHA : 1,
      points
    };
    return perLine > 1
      ? [raw, { ...raw, alpha: 1, width: 2, points: { show: false } }]
      : [raw];
  }

  private readonly _host: HTMLElement;
  private readonly _observer: ResizeObserver;
  private readonly _stopTheme: () => void;
  private _theme: IChartTheme;
  private _options: IChartOptions;
  private _series: readonly IChartSeries[] = [];
  private _plot: uPlot | null = null;
  private _zoomed = false;
  private _disposed = false;
}

function xText(options: IChartOptions, x: number): string {
  switch (options.x_kind) {
    case 'time':
      return new Date(x).toLocaleString();
    case 'relative':
      return formatSeconds(x);
    case 'step':
      return `${options.x_label} ${x.toLocaleString('en-US')}`;
  }
}

function xValues(options: IChartOptions): uPlot.Axis['values'] {
  switch (options.x_kind) {
    case 'time':
      return undefined;
    case 'relative':
      return (_, ticks) => ticks.map(formatSeconds);
    case 'step':
      return (_, ticks) => ticks.map(formatNumber);
  }
}
