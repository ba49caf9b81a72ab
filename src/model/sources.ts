import { Signal, type ISignal } from '@lumino/signaling';
import type { Source } from '../api';
import { SourceModel } from './sourceModel';
import type { IRunsModel } from './tokens';

/** Of the local store. */
export const LOCAL = '';

/** Where the runs that are shown come from: the local store, or a server that is configured. */
export class Sources {
  constructor(private readonly _local: IRunsModel) {}

  /** The configured servers; empty until they are loaded, and mostly after it too. */
  get all(): readonly Source[] {
    return this._all;
  }

  /** The name of the server whose runs are shown, or `LOCAL`. */
  get chosen(): string {
    return this._chosen;
  }

  /** What is known of the runs that are shown. */
  get model(): IRunsModel {
    return this._models.get(this._chosen) ?? this._local;
  }

  /** Other servers are known of, or others are shown. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  load(): Promise<void> {
    this._loading ??= this._load();
    return this._loading;
  }

  choose(name: string): void {
    if (name === this._chosen) {
      return;
    }
    if (name !== LOCAL && !this._models.has(name)) {
      const client = this._local.client.ofSource(name);
      this._models.set(name, new SourceModel(client));
    }
    this._chosen = name;
    void this.model.start();
    this._changed.emit();
  }

  private async _load(): Promise<void> {
    try {
      this._all = (await this._local.client.sources()).sources;
      this._changed.emit();
    } catch {
      // The local store's own state says that the server can't be reached; the next look asks again.
      this._loading = null;
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _models = new Map<string, IRunsModel>();
  private _all: readonly Source[] = [];
  private _chosen = LOCAL;
  private _loading: Promise<void> | null = null;
}
