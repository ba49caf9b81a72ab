import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type {
  LightflowClient,
  Points,
  Series,
  SeriesDelta,
  Stream,
  SubscribedSeries
} from '../api';

/** As many as a chart has pixels, about. */
export const MAX_POINTS = 1000;
/** A live line that grew to this is asked for again, thinned out. */
const MAX_LIVE_POINTS = 4 * MAX_POINTS;

interface IWatched {
  run_id: string;
  key: string;
  watchers: number;
  series: Series | null;
  loading: boolean;
  error: Error | null;
}

/**
 * The points that visible charts look at. A series is loaded when it is first watched and grows by
 * the stream; nobody watching, nothing is sent.
 */
export class SeriesStore {
  constructor(
    private readonly _client: LightflowClient,
    private readonly _stream: Pick<Stream, 'subscribe'>
  ) {
    this._stream.subscribe(() => this._subscription());
  }

  /** Emits the metric's key. */
  get changed(): ISignal<this, string> {
    return this._changed;
  }

  get(run_id: string, key: string): Series | null {
    return this._watched.get(idOf(run_id, key))?.series ?? null;
  }

  error(run_id: string, key: string): Error | null {
    return this._watched.get(idOf(run_id, key))?.error ?? null;
  }

  /** Load one metric of some runs and keep it growing, until the result is disposed. */
  watch(run_ids: readonly string[], key: string): IDisposable {
    const entries = run_ids.map(run_id => this._enter(run_id, key));
    if (entries.some(entry => entry.series === null && !entry.loading)) {
      this._loadSoon();
    } else {
      this._subscribe();
    }
    return new DisposableDelegate(() => this._leave(entries));
  }

  apply(message: Points): void {
    const keys = new Set<string>();
    const again = new Map<string, IWatched[]>();
    const reload = (entry: IWatched): void => {
      again.set(entry.key, [...(again.get(entry.key) ?? []), entry]);
    };
    for (const delta of message.series) {
      const entry = this._watched.get(idOf(delta.run_id, delta.key));
      if (!entry?.series || entry.loading) {
        continue;
      }
      const grown = append(entry.series, delta);
      if (grown === null || grown.steps.length > MAX_LIVE_POINTS) {
        reload(entry);
      } else {
        entry.series = grown;
        keys.add(delta.key);
      }
    }
    for (const stale of message.stale) {
      const entry = this._watched.get(idOf(stale.run_id, stale.key));
      if (entry && !entry.loading) {
        reload(entry);
      }
    }
    again.forEach((entries, key) => void this._load(entries, key));
    keys.forEach(key => this._changed.emit(key));
  }

  /** Load all that is watched again, after a break of unknown length. */
  reload(): void {
    const byKey = new Map<string, IWatched[]>();
    for (const entry of this._watched.values()) {
      byKey.set(entry.key, [...(byKey.get(entry.key) ?? []), entry]);
    }
    byKey.forEach((entries, key) => void this._load(entries, key));
  }

  private _enter(run_id: string, key: string): IWatched {
    const id = idOf(run_id, key);
    let entry = this._watched.get(id);
    if (!entry) {
      entry = {
        run_id,
        key,
        watchers: 0,
        series: null,
        loading: false,
        error: null
      };
      this._watched.set(id, entry);
    }
    entry.watchers += 1;
    return entry;
  }

  private _leave(entries: readonly IWatched[]): void {
    for (const entry of entries) {
      entry.watchers -= 1;
      if (entry.watchers === 0) {
        this._watched.delete(idOf(entry.run_id, entry.key));
      }
    }
    this._subscribe();
  }

  private async _load(
    entries: readonly IWatched[],
    key: string
  ): Promise<void> {
    entries.forEach(entry => (entry.loading = true));
    try {
      const { series } = await this._client.series({
        run_ids: entries.map(entry => entry.run_id),
        key,
        max_points: MAX_POINTS
      });
      const byRun = new Map(series.map(one => [one.run_id, one]));
      entries.forEach(entry => {
        entry.series = byRun.get(entry.run_id) ?? null;
        entry.error = null;
      });
    } catch (error) {
      entries.forEach(entry => {
        entry.error = error instanceof Error ? error : new Error(String(error));
      });
    } finally {
      entries.forEach(entry => (entry.loading = false));
    }
    this._subscribe();
    this._changed.emit(key);
  }

  /** Runs are often ticked in a row: one request for each metric asks for all of them. */
  private _loadSoon(): void {
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      const missing = new Map<string, IWatched[]>();
      for (const entry of this._watched.values()) {
        if (entry.series === null && !entry.loading) {
          missing.set(entry.key, [...(missing.get(entry.key) ?? []), entry]);
        }
      }
      missing.forEach((entries, key) => void this._load(entries, key));
    });
  }

  /** Several watchers often come and go at once: one message says it. */
  private _subscribe(): void {
    if (!this._pending) {
      this._pending = true;
      queueMicrotask(() => {
        this._pending = false;
        this._stream.subscribe(() => this._subscription());
      });
    }
  }

  private _subscription(): SubscribedSeries[] {
    return [...this._watched.values()].flatMap(entry =>
      entry.series
        ? [{ run_id: entry.run_id, key: entry.key, start: entry.series.total }]
        : []
    );
  }

  private readonly _changed = new Signal<this, string>(this);
  private readonly _watched = new Map<string, IWatched>();
  private _pending = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

/** The series with what followed; null where something between is missing or steps go back. */
export function append(series: Series, delta: SeriesDelta): Series | null {
  const known = series.total - delta.start;
  if (known < 0 || known > delta.steps.length) {
    return known < 0 ? null : series;
  }
  const steps = delta.steps.slice(known);
  const last =
    series.steps.length > 0 ? series.steps[series.steps.length - 1] : -Infinity;
  if (
    steps.some((step, index) => step < (index === 0 ? last : steps[index - 1]))
  ) {
    return null;
  }
  return {
    ...series,
    steps: series.steps.concat(steps),
    values: series.values.concat(delta.values.slice(known)),
    times: series.times.concat(delta.times.slice(known)),
    count: series.count + steps.length,
    total: series.total + steps.length
  };
}

function idOf(run_id: string, key: string): string {
  return `${run_id}/${key}`;
}
