import uPlot from 'uplot';
import { formatNumber, formatSeconds } from './format';
import { paint } from './painter';
import { xRange, yRange } from './ranges';
import { smooth } from './smoothing';
import { onThemeChange, sameTheme, themeFrom } from './theme';
import { Tooltip } from './tooltip';
import type { IChartOptions, IChartSeries, IChartTheme, Range } from './types';

const MIN_WIDTH_PX = 120;
/** Options that only change what is drawn, not the axes. */
const REPAINTED: ReadonlySet<string> = new Set(['smoothing', 'robust', 'zoom']);

/**
 * Lines over an x axis. Draws only while its host has a width; follows the host's size and the page's
 * theme. uPlot brings axes, cursor and selection; each line has its own x, so that nothing is joined.
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
    this._series = series;
    this._prepare();
    if (this._plot && series.length > 0) {
      this._plot.setData(this._data());
    } else {
      this._build();
    }
  }

  setOptions(patch: Partial<IChartOptions>): void {
    const changed = (Object.keys(patch) as (keyof IChartOptions)[]).filter(
      name => patch[name] !== this._options[name]
    );
    if (changed.length === 0) {
      return;
    }
    this._options = { ...this._options, ...patch };
    this._prepare();
    if (this._plot && changed.every(name => REPAINTED.has(name))) {
      this._plot.setData(this._data());
    } else {
      this._build();
    }
  }

  dispose(): void {
    this._disposed = true;
    this._observer.disconnect();
    this._stopTheme();
    this._plot?.destroy();
    this._plot = null;
  }

  private _prepare(): void {
    const { smoothing } = this._options;
    this._smoothed =
      smoothing > 0
        ? this._series.map(line => smooth(line.y, smoothing))
        : null;
    this._x = xRange(this._series, this._options);
    this._y = yRange(this._series, this._x, this._options);
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
    const width = this._host.clientWidth;
    if (this._disposed || width < MIN_WIDTH_PX || this._series.length === 0) {
      return;
    }
    this._theme = themeFrom(this._host);
    this._plot = new uPlot(this._uplotOptions(width), this._data(), this._host);
  }

  /** uPlot knows the ends of the x axis only. */
  private _data(): uPlot.AlignedData {
    return [[...this._x], [null, null]];
  }

  private _uplotOptions(width: number): uPlot.Options {
    const { height_px, log_x, log_y, x_kind, sync_key } = this._options;
    const theme = this._theme;
    const axis = {
      stroke: theme.text,
      font: theme.font,
      ticks: { stroke: theme.grid, width: 1 },
      grid: { stroke: theme.grid, width: 1 }
    };
    const tooltip = new Tooltip(x => xText(this._options, x));
    return {
      width,
      height: height_px,
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false },
        points: { show: false },
        bind: {
          dblclick: () => () => {
            this._options.onZoom?.(null);
            return null;
          }
        },
        y: false,
        ...(sync_key ? { sync: followed(sync_key) } : {})
      },
      scales: {
        x: {
          time: x_kind === 'time',
          distr: log_x ? 3 : 1,
          range: () => [...this._x]
        },
        y: { distr: log_y ? 3 : 1, range: () => [...this._y] }
      },
      ms: 1,
      axes: [
        { ...axis, size: 32, values: xValues(this._options) },
        { ...axis, size: 56, values: (_, ticks) => ticks.map(tickText) }
      ],
      series: [{}, { show: false }],
      hooks: {
        init: [chart => tooltip.attach(chart.over)],
        draw: [chart => this._paint(chart)],
        setCursor: [
          chart =>
            tooltip.show(chart, this._series, this._smoothed ?? undefined)
        ],
        setSelect: [chart => this._select(chart)]
      }
    };
  }

  private _paint(chart: uPlot): void {
    const { left, top, width, height } = chart.bbox;
    const { log_x, log_y } = this._options;
    paint(
      chart.ctx,
      {
        x: value =>
          shown(value, log_x) ? chart.valToPos(value, 'x', true) : NaN,
        y: value =>
          shown(value, log_y) ? chart.valToPos(value, 'y', true) : NaN,
        left,
        top,
        width,
        height,
        density: uPlot.pxRatio
      },
      this._series,
      this._smoothed
    );
  }

  private _select(chart: uPlot): void {
    const { left, width } = chart.select;
    if (width > 0) {
      const range: Range = [
        chart.posToVal(left, 'x'),
        chart.posToVal(left + width, 'x')
      ];
      chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      this._options.onZoom?.(range);
    }
  }

  private readonly _host: HTMLElement;
  private readonly _observer: ResizeObserver;
  private readonly _stopTheme: () => void;
  private _theme: IChartTheme;
  private _options: IChartOptions;
  private _series: readonly IChartSeries[] = [];
  private _smoothed: readonly (readonly number[])[] | null = null;
  private _x: Range = [0, 1];
  private _y: Range = [0, 1];
  private _plot: uPlot | null = null;
  private _disposed = false;
}

/** uPlot would put what a logarithmic axis has no place for at its lower end. */
function shown(value: number, log: boolean): boolean {
  return Number.isFinite(value) && (!log || value > 0);
}

function tickText(tick: number | null): string {
  return tick === null ? '' : formatNumber(tick);
}

/** Charts of one key follow each other's crosshair, not each other's selection. */
function followed(key: string): uPlot.Cursor.Sync {
  const pub = (type: string): boolean =>
    type === 'mousemove' || type === 'mouseleave';
  return { key, scales: ['x', null], filters: { pub } };
}

function xText(options: IChartOptions, x: number): string {
  switch (options.x_kind) {
    case 'time':
      return new Date(x).toLocaleString();
    case 'relative':
      return formatSeconds(x);
    case 'step':
      return `${options.x_label} ${Math.round(x).toLocaleString('en-US')}`;
    case 'metric':
      return `${options.x_label} ${formatNumber(x)}`;
  }
}

function xValues(options: IChartOptions): uPlot.Axis['values'] {
  switch (options.x_kind) {
    case 'time':
      return undefined;
    case 'relative':
      return (_, ticks) =>
        ticks.map(tick => (tick === null ? '' : formatSeconds(tick)));
    case 'step':
    case 'metric':
      return (_, ticks) => ticks.map(tickText);
  }
}
