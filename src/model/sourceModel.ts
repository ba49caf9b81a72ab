import { Signal, type ISignal } from '@lumino/signaling';
import type { ConnectionState, LightflowClient, ServerMessage } from '../api';
import { ExperimentList } from './experimentList';
import { RunEdits } from './runEdits';
import { RunList } from './runList';
import { Selection } from './selection';
import { SeriesStore } from './seriesStore';
import { isMlflowSorted, mlflowFilter, Table } from './table';
import type { IRunsModel } from './tokens';

/** The runs of a server that only answers: nothing is changed there, and nobody tells of changes. */
export class SourceModel implements IRunsModel {
  constructor(readonly client: LightflowClient) {
    this.experiments = new ExperimentList(client);
    this.runs = new RunList(client);
    this.table = new Table(this.runs, mlflowFilter, isMlflowSorted);
    this.edits = new RunEdits(client);
    this.series = new SeriesStore(client, { subscribe: () => undefined });
    this.runs.changed.connect(this._onRuns, this);
  }

  readonly isReadOnly = true;
  readonly running = 0;
  readonly warnings: readonly string[] = [];
  readonly experiments: ExperimentList;
  readonly runs: RunList;
  readonly selection = new Selection();
  readonly series: SeriesStore;
  readonly table: Table;
  readonly edits: RunEdits;

  get connection(): ConnectionState {
    const states = {
      loading: 'connecting',
      ready: 'connected',
      error: 'disconnected'
    } as const;
    return states[this.runs.state];
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get moved(): ISignal<this, void> {
    return this._moved;
  }

  get received(): ISignal<unknown, ServerMessage> {
    return this._received;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  start(): Promise<void> {
    this._started ??= this.retry();
    return this._started;
  }

  /** Ask again: that is how changes are seen. */
  async retry(): Promise<void> {
    const wasGoingOn = this._isGoingOn();
    await Promise.all([
      // The list of runs meets the same failure and shows it.
      this.experiments.load().catch(() => undefined),
      this.runs.refresh()
    ]);
    this.selection.apply(this.runs.loaded(), []);
    if (wasGoingOn) {
      this.series.reload();
    }
  }

  dispose(): void {
    this._isDisposed = true;
    this.runs.dispose();
    Signal.clearData(this);
  }

  private _isGoingOn(): boolean {
    return this.selection.runs.some(run => run.status === 'RUNNING');
  }

  private _onRuns(): void {
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _moved = new Signal<this, void>(this);
  private readonly _received = new Signal<this, ServerMessage>(this);
  private _started: Promise<void> | null = null;
  private _isDisposed = false;
}
