import { Signal, type ISignal } from '@lumino/signaling';
import type { IRunQuery, LightflowClient, Run, RunPage } from '../api';
import { Branch, canOpen, keyOf, type Entry, type Row } from './branch';
import { Coalescer } from './coalescer';
import { PAGE_SIZE, Pages, type LoadState } from './pages';

const RELOAD_MS = 200;
const AGGREGATE_MS = 2000;
const MAX_OPEN_KEYS = 10_000;

/** What the list is grouped by, and which metrics its groups show. */
export interface IGrouping {
  /** Empty for no groups. */
  by: string;
  metrics: readonly string[];
}

/**
 * The runs that match a query: in groups, under their parents, attempts folded. A run that changes
 * is replaced in its place; a run that comes or goes reloads what is shown.
 */
export class RunList {
  constructor(private readonly _client: LightflowClient) {
    this._reload = new Coalescer(() => this.refresh(), RELOAD_MS);
    this._aggregate = new Coalescer(
      () => this._root.pages.refresh(),
      AGGREGATE_MS
    );
    this._root = this._makeRoot();
  }

  get query(): IRunQuery {
    return this._query;
  }

  get state(): LoadState {
    return this._next?.pages.state === 'error'
      ? 'error'
      : this._root.pages.state;
  }

  get error(): Error | null {
    return this._next?.pages.error ?? this._root.pages.error;
  }

  /** Runs that match, also those that stand under others. */
  get total(): number {
    return this._matched;
  }

  /** The server doesn't count what matches, and there is more. */
  get moreExist(): boolean {
    return this._moreExist;
  }

  get rowCount(): number {
    return this._root.rowCount;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Undefined while its page loads. */
  row(row: number): Row | undefined {
    const { branch, index } = this._root.locate(row);
    const entry = branch.pages.at(index);
    if (entry === undefined) {
      return undefined;
    }
    const key = keyOf(entry);
    const { level } = branch;
    return { ...entry, key, level, opened: branch.opened.has(key) };
  }

  /** The run of a row; undefined where a group stands, or while its page loads. */
  at(row: number): Run | undefined {
    const found = this.row(row);
    return found?.kind === 'run' ? found.run : undefined;
  }

  rowOf(key: string): number {
    return this._root.rowOf(key);
  }

  /** All runs that are loaded, in order. */
  loaded(): readonly Run[] {
    this._loaded ??= this._root
      .entries()
      .flatMap(entry => (entry.kind === 'run' ? [entry.run] : []));
    return this._loaded;
  }

  /** The first runs that match, also while they are in closed groups. */
  sample(): readonly Run[] {
    return this._grouping.by ? this._sample : this.loaded().slice(0, PAGE_SIZE);
  }

  /** Ask for something else; what is shown stays until the answer comes. */
  async setQuery(
    patch: Partial<IRunQuery>,
    grouping: IGrouping = this._grouping
  ): Promise<void> {
    this._query = { ...this._query, ...patch };
    if (grouping.by !== this._grouping.by) {
      this._sample = this.sample();
      this._opened.clear();
      this._closed.clear();
    }
    this._grouping = grouping;
    this._next?.dispose();
    const next = this._makeRoot();
    this._next = next;
    await next.pages.refresh();
  }

  /** Load what stands in these rows and is not here yet; resolves when it is. */
  async show(first: number, last: number): Promise<void> {
    const ranges = new Map<Branch, [number, number]>();
    for (let row = first; row <= Math.min(last, this.rowCount - 1); row++) {
      const { branch, index } = this._root.locate(row);
      const [from, to] = ranges.get(branch) ?? [index, index];
      ranges.set(branch, [Math.min(from, index), Math.max(to, index)]);
    }
    await Promise.all(
      [...ranges].map(([branch, [from, to]]) => branch.pages.show(from, to))
    );
  }

  /** Open or close what can be opened. */
  toggle(row: Row): void {
    const [to, from] = row.opened
      ? [this._closed, this._opened]
      : [this._opened, this._closed];
    from.delete(row.key);
    if (to.size < MAX_OPEN_KEYS) {
      to.add(row.key);
    }
    this._settle();
    this._emit();
  }

  async refresh(): Promise<void> {
    if (this._next !== null) {
      await this._next.pages.refresh();
      return;
    }
    await Promise.all(
      this._root.branches().map(branch => branch.pages.refresh())
    );
  }

  apply(changed: readonly Run[], removed: readonly string[]): void {
    const byId = new Map(changed.map(run => [run.run_id, run]));
    const known = new Set<string>();
    for (const branch of this._root.branches()) {
      branch.pages.replace(entry => {
        if (entry.kind === 'group') {
          return entry;
        }
        known.add(entry.run.run_id);
        const run = byId.get(entry.run.run_id);
        return run ? { ...entry, run } : entry;
      });
    }
    const moved = changed.some(
      run =>
        run.lifecycle_stage !== this._stageShown(run) ||
        (!known.has(run.run_id) && !this._isSettled(run))
    );
    this._settle();
    changed.forEach(run => this._settled.set(run.run_id, stateOf(run)));
    if (moved || removed.some(run_id => known.has(run_id))) {
      this._reload.request();
    } else if (this._grouping.by && changed.length > 0) {
      this._aggregate.request();
    }
    this._emit();
  }

  dispose(): void {
    this._reload.dispose();
    this._aggregate.dispose();
    Signal.clearData(this);
  }

  private _emit(): void {
    this._loaded = null;
    this._changed.emit();
  }

  /** A run that is out of sight and has only logged more moves nothing. */
  private _isSettled(run: Run): boolean {
    return (
      this._query.filter === '' &&
      this._settled.get(run.run_id) === stateOf(run)
    );
  }

  private _stageShown(run: Run): string {
    return this._query.view === 'all' ? run.lifecycle_stage : this._query.view;
  }

  private _makeRoot(): Branch {
    const { _query: query, _grouping: grouping } = this;
    const root: Branch = new Branch(
      new Pages<Entry>(
        grouping.by
          ? async (offset, limit) => {
              const [page, sample] = await Promise.all([
                this._client.runGroups(
                  query,
                  grouping.by,
                  grouping.metrics,
                  offset,
                  limit
                ),
                this._client.runs(
                  { ...query, nested: false, folded: false },
                  0,
                  20
                )
              ]);
              this._sample = sample.runs;
              this._count(root, page.matched);
              return {
                items: page.groups.map(group => ({ kind: 'group', group })),
                total: page.total
              };
            }
          : async (offset, limit) => {
              const page = await this._client.runs(query, offset, limit);
              this._count(root, page.matched, page.more_exist);
              return { items: entriesOf(page), total: page.total };
            },
        () => this._onPages()
      ),
      0
    );
    return root;
  }

  private _makeBranch(query: IRunQuery, level: number): Branch {
    return new Branch(
      new Pages<Entry>(
        async (offset, limit) => {
          const page = await this._client.runs(query, offset, limit);
          return { items: entriesOf(page), total: page.total };
        },
        () => this._onPages()
      ),
      level
    );
  }

  private _count(root: Branch, matched: number, moreExist = false): void {
    if (root === this._root || root === this._next) {
      this._matched = matched;
      this._moreExist = moreExist;
    }
  }

  /** A page has come, or could not. */
  private _onPages(): void {
    if (this._next?.pages.state === 'ready') {
      this._root.dispose();
      this._root = this._next;
      this._next = null;
    }
    this._settle();
    this._emit();
  }

  private _settle(): void {
    const { by } = this._grouping;
    const made = this._root.settle(
      entry => this._isOpen(entry),
      (entry, level) => {
        const query =
          entry.kind === 'group'
            ? { ...this._query, group: { by, value: entry.group.value } }
            : { ...this._query, below: entry.run.run_id };
        return this._makeBranch(query, level);
      }
    );
    made.forEach(branch => void branch.pages.refresh());
  }

  private _isOpen(entry: Entry): boolean {
    const key = keyOf(entry);
    if (!canOpen(entry) || this._closed.has(key)) {
      return false;
    }
    // What is going on is seen without opening it.
    return (
      this._opened.has(key) ||
      (entry.kind === 'run' &&
        entry.run.status === 'RUNNING' &&
        entry.child_count > 0)
    );
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _reload: Coalescer;
  private readonly _aggregate: Coalescer;
  private readonly _opened = new Set<string>();
  private readonly _closed = new Set<string>();
  private readonly _settled = new Map<string, string>();
  private _query: IRunQuery = {
    experiment_id: null,
    filter: '',
    text: '',
    order_by: [],
    view: 'active',
    nested: true
  };
  private _grouping: IGrouping = { by: '', metrics: [] };
  private _root: Branch;
  private _next: Branch | null = null;
  private _loaded: readonly Run[] | null = null;
  private _sample: readonly Run[] = [];
  private _matched = 0;
  private _moreExist = false;
}

function entriesOf(page: RunPage): Entry[] {
  return page.runs.map(run => ({
    kind: 'run',
    run,
    child_count: page.child_counts[run.run_id] ?? 0,
    attempt_count: page.attempt_counts[run.run_id] ?? 1
  }));
}

/** Where a run stands may depend on it. */
function stateOf(run: Run): string {
  return `${run.status} ${run.lifecycle_stage}`;
}
