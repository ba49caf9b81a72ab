import { decodeNumber, type Series } from '../api';
import {
  chartNotes,
  LineChart,
  runColor,
  type IChartOptions,
  type IChartSeries
} from '../charts';
import { code } from './code';
import type { IViewDocument } from './document';
import { element } from './dom';
import type { IViewState } from './state';
import { facts, header, matrix } from './tables';
import { toolbar } from './toolbar';

const CHART_HEIGHT_PX = 170;

interface IDrawnChart {
  chart: LineChart;
  notes: HTMLElement;
}

/** A card or a comparison in a notebook's output. Plain DOM: it lives wherever a script does. */
export class RunView {
  constructor(
    private readonly _host: HTMLElement,
    private _document: IViewDocument
  ) {
    this._host.classList.add('jp-Lightflow-view');
    this._state = {
      x: 'step',
      smoothing: 0,
      log_x: false,
      log_y: false,
      robust: false,
      differences: _document.kind === 'comparison',
      order: 'differing',
      baseline_id: _document.baseline_id ?? _document.runs[0]?.run_id ?? '',
      zoom: null
    };
    this._build();
  }

  /** Show a newer state; charts and what the user has set stay. */
  update(document: IViewDocument): void {
    const sameCharts =
      keysOf(document).join() === keysOf(this._document).join();
    this._document = document;
    if (sameCharts) {
      this._fillTables();
      this._fillCharts();
    } else {
      this._build();
    }
  }

  dispose(): void {
    this._charts.forEach(({ chart }) => chart.dispose());
    this._charts.clear();
    this._host.replaceChildren();
  }

  private _build(): void {
    this.dispose();
    const keys = keysOf(this._document);
    const tiles = element('div', 'jp-Lightflow-tiles');
    this._host.append(this._tables);
    if (keys.length > 0 || this._document.kind === 'comparison') {
      this._host.append(
        toolbar(this._document, this._state, patch => this._change(patch))
      );
    }
    this._host.append(tiles, this._code);
    this._fillTables();
    for (const key of keys) {
      const place = element('div', '');
      const notes = element('span', 'jp-Lightflow-faint');
      const figure = element(
        'figure',
        'jp-Lightflow-chart',
        element('figcaption', '', element('b', '', key), notes),
        place
      );
      figure.dataset.metric = key;
      tiles.append(figure);
      const chart = new LineChart(place, {
        ...this._options(),
        title: key,
        height_px: CHART_HEIGHT_PX,
        onZoom: zoom => this._change({ zoom })
      });
      this._charts.set(key, { chart, notes });
    }
    this._fillCharts();
  }

  private _change(patch: Partial<IViewState>): void {
    this._state = { ...this._state, ...patch };
    if ('differences' in patch || 'order' in patch || 'baseline_id' in patch) {
      this._fillTables();
    } else {
      this._charts.forEach(({ chart }) => chart.setOptions(this._options()));
      this._fillCharts();
    }
  }

  private _options(): Omit<IChartOptions, 'title' | 'height_px'> {
    const { x, log_x, log_y, robust, smoothing, zoom } = this._state;
    return {
      x_label: 'step',
      x_kind: x,
      log_x,
      log_y,
      robust,
      smoothing,
      zoom
    };
  }

  private _fillTables(): void {
    const { kind, runs } = this._document;
    if (kind === 'run') {
      const now_ms = Date.now();
      const notes = (this._document.notes ?? []).map(note =>
        element('div', 'jp-Lightflow-viewNote', note)
      );
      this._tables.replaceChildren(
        ...runs.flatMap(run => [header(run, now_ms), ...notes, facts(run)])
      );
    } else {
      this._tables.replaceChildren(matrix(this._document, this._state));
      this._code.replaceChildren(code(this._document, this._state));
    }
  }

  private _fillCharts(): void {
    this._charts.forEach(({ chart, notes }, key) => {
      const lines = this._document.series
        .filter(series => series.key === key)
        .map(series => this._line(series));
      chart.setSeries(lines);
      notes.textContent = notesText(
        this._document.series.filter(series => series.key === key),
        chartNotes(lines, this._options())
      );
    });
  }

  private _line(series: Series): IChartSeries {
    const run = this._document.runs.find(one => one.run_id === series.run_id);
    const start = run?.start_time ?? 0;
    const { x } = this._state;
    return {
      id: series.run_id,
      label: run?.run_name ?? series.run_id,
      color: runColor(series.run_id),
      x:
        x === 'step'
          ? series.steps
          : x === 'time'
            ? series.times
            : series.times.map(time => (time - start) / 1000),
      y: series.values.map(decodeNumber)
    };
  }

  private readonly _tables = element('div', '');
  private readonly _code = element('div', '');
  private readonly _charts = new Map<string, IDrawnChart>();
  private _state: IViewState;
}

function notesText(
  series: readonly Series[],
  notes: ReturnType<typeof chartNotes>
): string {
  const shown = series.reduce((sum, one) => sum + one.steps.length, 0);
  const count = series.reduce((sum, one) => sum + one.count, 0);
  return [
    shown < count &&
      `${shown.toLocaleString('en-US')} of ${count.toLocaleString('en-US')} points`,
    notes.outside > 0 && `${notes.outside} outside`,
    notes.nan > 0 && `${notes.nan} NaN`,
    notes.infinite > 0 && `${notes.infinite} infinite`,
    notes.not_positive > 0 && `${notes.not_positive} not above 0`
  ]
    .filter(Boolean)
    .join(' · ');
}

function keysOf(document: IViewDocument): string[] {
  return [...new Set(document.series.map(series => series.key))];
}
