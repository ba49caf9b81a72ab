import { Token } from '@lumino/coreutils';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Run } from '../api';

/** A chart of runs while it is in the page. */
export interface IRunChart extends IDisposable {
  /** Draw these runs; called again whenever one of them changes. */
  update(runs: readonly Run[]): void;
}

/** A kind of chart that the explorer offers beside its own. */
export interface IChartRenderer {
  /** Unique, for example `my-extension:heatmap`. */
  readonly id: string;
  /** What the user chooses it by. */
  readonly label: string;
  /** Begin to draw into an empty element, which lives until the result is disposed. */
  create(host: HTMLElement): IRunChart;
}

export interface IChartRegistry {
  readonly renderers: readonly IChartRenderer[];
  readonly changed: ISignal<IChartRegistry, void>;
  /** Offer a kind of chart until the result is disposed. Throws where its id is taken. */
  add(renderer: IChartRenderer): IDisposable;
}

export const IChartRegistry = new Token<IChartRegistry>(
  'lightflow-jlab:IChartRegistry',
  'Kinds of charts that the Lightflow explorer offers for the chosen runs.'
);

export class ChartRegistry implements IChartRegistry {
  get renderers(): readonly IChartRenderer[] {
    return this._renderers;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  add(renderer: IChartRenderer): IDisposable {
    if (this._renderers.some(other => other.id === renderer.id)) {
      throw new Error(
        `A chart '${renderer.id}' is registered already. Give each renderer an id of its own.`
      );
    }
    this._renderers = [...this._renderers, renderer];
    this._changed.emit();
    return new DisposableDelegate(() => {
      this._renderers = this._renderers.filter(other => other !== renderer);
      this._changed.emit();
    });
  }

  private readonly _changed = new Signal<this, void>(this);
  private _renderers: readonly IChartRenderer[] = [];
}
