export const PAGE_SIZE = 100;
/** Of a list that is scrolled through, what is far from sight is forgotten. */
export const MAX_PAGES = 30;

export type LoadState = 'loading' | 'ready' | 'error';

export interface IPage<T> {
  items: readonly T[];
  /** Over all pages. */
  total: number;
}

/** A long list, page by page: a page is loaded when it is looked at. */
export class Pages<T> {
  constructor(
    private readonly _ask: (offset: number, limit: number) => Promise<IPage<T>>,
    private readonly _changed: () => void
  ) {}

  get state(): LoadState {
    return this._state;
  }

  get error(): Error | null {
    return this._error;
  }

  get total(): number {
    return this._total;
  }

  /** Undefined while its page loads. */
  at(index: number): T | undefined {
    return this._pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
  }

  /** All that is loaded with its place, in order. */
  loaded(): [number, T][] {
    return [...this._pages.keys()]
      .sort((a, b) => a - b)
      .flatMap(page =>
        (this._pages.get(page) ?? []).map((item, index): [number, T] => [
          page * PAGE_SIZE + index,
          item
        ])
      );
  }

  replace(change: (item: T) => T): void {
    for (const [page, items] of this._pages) {
      this._pages.set(page, items.map(change));
    }
  }

  /** Load what stands there and is not here yet; resolves when it is. */
  async show(first: number, last: number): Promise<void> {
    this._shown = [Math.floor(first / PAGE_SIZE), Math.floor(last / PAGE_SIZE)];
    const missing: Promise<void>[] = [];
    for (let page = this._shown[0]; page <= this._shown[1]; page++) {
      if (!this._pages.has(page) && page * PAGE_SIZE < this._total) {
        missing.push(this._load(page, this._generation));
      }
    }
    await Promise.all(missing);
  }

  /** Load what is shown again; what is here stays until the answer comes. */
  async refresh(): Promise<void> {
    this._generation += 1;
    const generation = this._generation;
    const pages: number[] = [];
    for (let page = this._shown[0]; page <= this._shown[1]; page++) {
      pages.push(page);
    }
    await Promise.all(pages.map(page => this._load(page, generation, pages)));
  }

  /** An answer that comes later is dropped. */
  dispose(): void {
    this._generation = -1;
  }

  private _load(
    page: number,
    generation: number,
    keep?: readonly number[]
  ): Promise<void> {
    const id = `${generation}:${page}`;
    const loading =
      this._loading.get(id) ??
      this._answer(page, generation, keep).finally(() =>
        this._loading.delete(id)
      );
    this._loading.set(id, loading);
    return loading;
  }

  private async _answer(
    page: number,
    generation: number,
    keep?: readonly number[]
  ): Promise<void> {
    try {
      const answer = await this._ask(page * PAGE_SIZE, PAGE_SIZE);
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
      this._pages.set(page, answer.items);
      this._forget();
      this._total = answer.total;
      this._state = 'ready';
      this._error = null;
    } catch (error) {
      if (generation !== this._generation) {
        return;
      }
      this._state = 'error';
      this._error = error instanceof Error ? error : new Error(String(error));
    }
    this._changed();
  }

  /** The first page stays: what the list is about is seen from it. */
  private _forget(): void {
    if (this._pages.size <= MAX_PAGES) {
      return;
    }
    const [first, last] = this._shown;
    const away = (page: number): number =>
      Math.max(0, first - page, page - last);
    const farthest = [...this._pages.keys()]
      .filter(page => page > 0)
      .reduce((one, other) => (away(other) > away(one) ? other : one));
    if (away(farthest) > 0) {
      this._pages.delete(farthest);
    }
  }

  private readonly _pages = new Map<number, readonly T[]>();
  private readonly _loading = new Map<string, Promise<void>>();
  private _shown: readonly [number, number] = [0, 0];
  private _generation = 0;
  private _total = 0;
  private _state: LoadState = 'loading';
  private _error: Error | null = null;
}
