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
/** Of a line among many in one chart: what is between two pixels of the others isn't seen. */
const LEAST_POINTS = 200;
const CHART_POINTS = 8 * MAX_POINTS;
/** A live line that grew to so many times what was asked for is asked for again, thinned out. */
const MAX_GROWTH = 4;
/** A line that was thinned out so many times more than it need be now is asked for again. */
const MAX_COARSENESS = 2;
/** As many as the server streams. */
const MAX_SUBSCRIBED = 4000;

interface IWatched {
  run_id: string;
  key: string;
  watchers: number;
  /** About so many points were asked for. */
  asked: number;
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
    this._loadSoon();
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
      if (grown === null || grown.steps.length > MAX_GROWTH * entry.asked) {
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
        asked: 0,
        series: null,
        loading: false,
        error: null
      };
      this._watched.set(id, entry);
    }
    entry.watchers += 1;
    return entry;
  }

  /** A chart whose runs change leaves all of them and comes back: they are forgotten after that. */
  private _leave(entries: readonly IWatched[]): void {
    entries.forEach(entry => (entry.watchers -= 1));
    this._loadSoon();
  }

  private async _load(
    entries: readonly IWatched[],
    key: string
  ): Promise<void> {
    const max_points = this._pointsEach(key);
    entries.forEach(entry => {
      entry.loading = true;
      entry.asked = max_points;
    });
    try {
      const { series } = await this._client.series({
        run_ids: entries.map(entry => entry.run_id),
        key,
        max_points
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

  /** Of all that share a chart. */
  private _pointsEach(key: string): number {
    let lines = 0;
    for (const entry of this._watched.values()) {
      lines += entry.key === key && entry.watchers > 0 ? 1 : 0;
    }
    const share = Math.round(CHART_POINTS / Math.max(1, lines));
    return Math.min(MAX_POINTS, Math.max(LEAST_POINTS, share));
  }

  /** Runs are often ticked in a row: one request for each metric asks for all of them. */
  private _loadSoon(): void {
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      const missing = new Map<string, IWatched[]>();
      const each = new Map<string, number>();
      for (const [id, entry] of this._watched) {
        const { key, series, watchers } = entry;
        if (watchers === 0) {
          this._watched.delete(id);
          continue;
        }
        const wanted = each.get(key) ?? this._pointsEach(key);
        each.set(key, wanted);
        const coarse =
          series?.downsampled && entry.asked * MAX_COARSENESS < wanted;
        if ((series === null || coarse) && !entry.loading) {
          missing.set(key, [...(missing.get(key) ?? []), entry]);
        }
      }
      missing.forEach((entries, key) => void this._load(entries, key));
      this._subscribe();
    });
  }

  /** Several answers often come at once: one message says it. */
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
    return [...this._watched.values()]
      .flatMap(entry =>
        entry.series
          ? [
              {
                run_id: entry.run_id,
                key: entry.key,
                start: entry.series.total
              }
            ]
          : []
      )
      .slice(0, MAX_SUBSCRIBED);
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
