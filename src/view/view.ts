import { decodeNumber, type Series } from '../api';
import { LineChart, runColor } from '../charts';
import type { IViewDocument } from './document';
import { checkbox, element, slider } from './dom';
import { header, tables } from './tables';

const CHART_HEIGHT_PX = 170;

/** A card or a comparison in a notebook's output. Plain DOM: it lives wherever a script does. */
export class RunView {
  constructor(
    private readonly _host: HTMLElement,
    private _document: IViewDocument
  ) {
    this._host.classList.add('jp-Lightflow-view');
    this._differences = _document.kind === 'comparison';
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
    this._charts.forEach(chart => chart.dispose());
    this._charts.clear();
    this._host.replaceChildren();
  }

  private _build(): void {
    this.dispose();
    const keys = keysOf(this._document);
    const tiles = element('div', 'jp-Lightflow-tiles');
    this._host.append(this._tables);
    if (keys.length > 0) {
      this._host.append(this._toolbar(), tiles);
    }
    this._fillTables();
    for (const key of keys) {
      const place = element('div', '');
      const figure = element(
        'figure',
        'jp-Lightflow-chart',
        element('figcaption', '', element('b', '', key)),
        place
      );
      figure.dataset.metric = key;
      tiles.append(figure);
      this._charts.set(
        key,
        new LineChart(place, {
          title: key,
          x_label: 'step',
          x_kind: 'step',
          log_x: false,
          log_y: this._log,
          robust: false,
          smoothing: this._smoothing,
          height_px: CHART_HEIGHT_PX
        })
      );
    }
    this._fillCharts();
  }

  private _toolbar(): HTMLElement {
    const redraw = (): void =>
      this._charts.forEach(chart =>
        chart.setOptions({ log_y: this._log, smoothing: this._smoothing })
      );
    const bar = element(
      'div',
      'jp-Lightflow-toolbar',
      slider('Smooth', this._smoothing, value => {
        this._smoothing = value;
        redraw();
      }),
      checkbox('Log', this._log, checked => {
        this._log = checked;
        redraw();
      })
    );
    if (this._document.kind === 'comparison') {
      bar.append(
        checkbox('Differences only', this._differences, checked => {
          this._differences = checked;
          this._fillTables();
        })
      );
    }
    return bar;
  }

  private _fillTables(): void {
    const now_ms = Date.now();
    const heads =
      this._document.kind === 'run'
        ? this._document.runs.map(run => header(run, now_ms))
        : [];
    this._tables.replaceChildren(
      ...heads,
      tables(this._document, this._differences)
    );
  }

  private _fillCharts(): void {
    this._charts.forEach((chart, key) => {
      chart.setSeries(
        this._document.series
          .filter(series => series.key === key)
          .map(series => this._line(series))
      );
    });
  }

  private _line(series: Series): Parameters<LineChart['setSeries']>[0][number] {
    const run = this._document.runs.find(one => one.run_id === series.run_id);
    return {
      id: series.run_id,
      label: run?.run_name ?? series.run_id,
      color: runColor(series.run_id),
      x: series.steps,
      y: series.values.map(decodeNumber)
    };
  }

  private readonly _tables = element('div', '');
  private readonly _charts = new Map<string, LineChart>();
  private _differences: boolean;
  private _smoothing = 0;
  private _log = false;
}

function keysOf(document: IViewDocument): string[] {
  return [...new Set(document.series.map(series => series.key))];
}
