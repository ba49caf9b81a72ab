import { Signal, type ISignal } from '@lumino/signaling';
import type { Experiment, LightflowClient } from '../api';

/** The experiments, last changed first. */
export class ExperimentList {
  constructor(private readonly _client: LightflowClient) {}

  get all(): readonly Experiment[] {
    return this._all;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Load them; resolves with the number to follow changes from. */
  async load(): Promise<number> {
    const { experiments, seq } = await this._client.experiments();
    this._all = experiments;
    this._changed.emit();
    return seq;
  }

  /** Follow changes; `removed` are gone for good. */
  apply(changed: readonly Experiment[], removed: readonly string[]): void {
    if (changed.length + removed.length === 0) {
      return;
    }
    const ids = new Set([
      ...removed,
      ...changed.map(experiment => experiment.experiment_id)
    ]);
    this._all = [
      ...changed.filter(experiment => experiment.lifecycle_stage === 'active'),
      ...this._all.filter(experiment => !ids.has(experiment.experiment_id))
    ].sort((a, b) => b.last_update_time - a.last_update_time);
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _all: readonly Experiment[] = [];
}
