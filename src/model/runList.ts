import { Signal, type ISignal } from '@lumino/signaling';
import type { IRunQuery, LightflowClient, Run } from '../api';
import { Coalescer } from './coalescer';

export const PAGE_SIZE = 100;
const RELOAD_MS = 200;

export type LoadState = 'loading' | 'ready' | 'error';

/**
 * The runs that match a query, page by page: pages are loaded when they are looked at. A run that
 * changes is replaced in its place; a run that comes or goes reloads the pages that are shown.
 */
export class RunList {
  constructor(private readonly _client: LightflowClient) {
    this._reload = new Coalescer(() => this._refresh(), RELOAD_MS);
  }

  get query(): IRunQuery {
    return this._query;
  }

  get state(): LoadState {
    return this._state;
  }

  get error(): Error | null {
    return this._error;
  }

  get total(): number {
    return this._total;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The run of a row, undefined while its page loads. */
  at(row: number): Run | undefined {
    return this._pages.get(Math.floor(row / PAGE_SIZE))?.[row % PAGE_SIZE];
  }

  /** All runs that are loaded, in order. */
  loaded(): Run[] {
    return [...this._pages.keys()]
      .sort((a, b) => a - b)
      .flatMap(page => this._pages.get(page) ?? []);
  }

  /** Ask for something else; what is shown stays until the answer comes. */
  async setQuery(patch: Partial<IRunQuery>): Promise<void> {
    this._query = { ...this._query, ...patch };
    this._shown = [0, 0];
    await this._refresh();
  }

  /** Load what stands in these rows and is not here yet. */
  show(firstRow: number, lastRow: number): void {
    this._shown = [
      Math.floor(firstRow / PAGE_SIZE),
      Math.floor(lastRow / PAGE_SIZE)
    ];
    for (let page = this._shown[0]; page <= this._shown[1]; page++) {
      if (!this._pages.has(page) && page * PAGE_SIZE < this._total) {
        void this._load(page, this._generation);
      }
    }
  }

  async refresh(): Promise<void> {
    await this._refresh();
  }

  apply(changed: readonly Run[], removed: readonly string[]): void {
    const byId = new Map(changed.map(run => [run.run_id, run]));
    const known = new Set<string>();
    for (const [page, runs] of this._pages) {
      const next = runs.map(run => byId.get(run.run_id) ?? run);
      runs.forEach(run => known.add(run.run_id));
      this._pages.set(page, next);
    }
    const moved = changed.some(
      run =>
        !known.has(run.run_id) || run.lifecycle_stage !== this._stageShown(run)
    );
    if (moved || removed.some(run_id => known.has(run_id))) {
      this._reload.request();
    }
    this._changed.emit();
  }

  dispose(): void {
    this._reload.dispose();
    Signal.clearData(this);
  }

  private _stageShown(run: Run): string {
    return this._query.view === 'all' ? run.lifecycle_stage : this._query.view;
  }

  private async _refresh(): Promise<void> {
    this._generation += 1;
    const generation = this._generation;
    if (this._pages.size === 0) {
      this._setState('loading');
    }
    const pages: number[] = [];
    for (let page = this._shown[0]; page <= this._shown[1]; page++) {
      pages.push(page);
    }
    await Promise.all(pages.map(page => this._load(page, generation, pages)));
  }

  private async _load(
    page: number,
    generation: number,
    keep?: readonly number[]
  ): Promise<void> {
    const id = `${generation}:${page}`;
    if (this._loading.has(id)) {
      return;
    }
    this._loading.add(id);
    try {
      const answer = await this._client.runs(
        this._query,
        page * PAGE_SIZE,
        PAGE_SIZE
      );
      if (generation !== this._generation) {
        return;
      }
      if (keep) {
        for (const old of [...this._pages.keys()].filter(
          one => !keep.includes(one)
        )) {
          this._pages.delete(old);
        }
      }
      this._pages.set(page, answer.runs);
      this._total = answer.total;
      this._setState('ready');
    } catch (error) {
      if (generation === this._generation) {
        this._setState(
          'error',
          error instanceof Error ? error : new Error(String(error))
        );
      }
    } finally {
      this._loading.delete(id);
    }
  }

  private _setState(state: LoadState, error: Error | null = null): void {
    this._state = state;
    this._error = error;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _reload: Coalescer;
  private readonly _pages = new Map<number, readonly Run[]>();
  private readonly _loading = new Set<string>();
  private _query: IRunQuery = {
    experiment_id: null,
    filter: '',
    text: '',
    order_by: [],
    view: 'active'
  };
  private _shown: readonly [number, number] = [0, 0];
  private _generation = 0;
  private _total = 0;
  private _state: LoadState = 'loading';
  private _error: Error | null = null;
}
