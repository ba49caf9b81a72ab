import { Signal, type ISignal } from '@lumino/signaling';
import {
  Stream,
  type Changes,
  type ConnectionState,
  type LightflowClient,
  type ServerMessage
} from '../api';
import { Coalescer } from './coalescer';
import { RunEdits } from './runEdits';
import { ExperimentList } from './experimentList';
import { RunList } from './runList';
import { Selection } from './selection';
import { SeriesStore } from './seriesStore';
import { Table } from './table';
import type { IRunsModel } from './tokens';

const STATUS_MS = 1000;

export class RunsModel implements IRunsModel {
  constructor(readonly client: LightflowClient) {
    this._stream = new Stream(client.settings);
    this.experiments = new ExperimentList(client);
    this.runs = new RunList(client);
    this.selection = new Selection();
    this.table = new Table(this.runs);
    this.edits = new RunEdits(client);
    this.series = new SeriesStore(client, this._stream);
    this._status = new Coalescer(() => this._loadStatus(), STATUS_MS);
    this._stream.received.connect(this._onMessage, this);
    this._stream.stateChanged.connect(this._onState, this);
  }

  readonly isReadOnly = false;
  readonly experiments: ExperimentList;
  readonly runs: RunList;
  readonly selection: Selection;
  readonly series: SeriesStore;
  readonly table: Table;
  readonly edits: RunEdits;

  get connection(): ConnectionState {
    return this._stream.state;
  }

  get running(): number {
    return this._running;
  }

  get warnings(): readonly string[] {
    return this._warnings;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get received(): ISignal<unknown, ServerMessage> {
    return this._stream.received;
  }

  get moved(): ISignal<this, void> {
    return this._moved;
  }

  get isDisposed(): boolean {
    return this._stream.isDisposed;
  }

  start(): Promise<void> {
    this._started ??= this._load();
    return this._started;
  }

  async retry(): Promise<void> {
    if (this._following) {
      this._stream.reconnect();
      await this.runs.refresh();
    } else {
      this._started = this._load();
      await this._started;
    }
  }

  dispose(): void {
    this._status.dispose();
    this.runs.dispose();
    this._stream.dispose();
    Signal.clearData(this);
  }

  private async _load(): Promise<void> {
    let seq: number;
    try {
      seq = await this.experiments.load();
    } catch {
      // The list of runs meets the same failure and shows it.
      await this.runs.refresh();
      return;
    }
    this._following = true;
    this._stream.connect(seq);
    await Promise.all([this.runs.refresh(), this._loadStatus()]);
  }

  private _onMessage(_: Stream, message: ServerMessage): void {
    switch (message.type) {
      case 'changes':
        this.experiments.apply(
          message.experiments,
          message.removed_experiment_ids
        );
        this.runs.apply(message.runs, message.removed_run_ids);
        this.selection.apply(message.runs, message.removed_run_ids);
        if (this._isMove(message)) {
          this._moved.emit();
        }
        this._status.request();
        break;
      case 'reset':
        void this.experiments.load();
        this._moved.emit();
        void this.runs.refresh();
        this.series.reload();
        this._status.request();
        break;
      case 'points':
        this.series.apply(message);
        break;
      case 'hello':
        break;
    }
  }

  private _onState(): void {
    if (this.connection === 'connected' && this.runs.state === 'error') {
      void this.runs.refresh();
    }
    this._changed.emit();
  }

  private async _loadStatus(): Promise<void> {
    try {
      const { running, warnings } = await this.client.status();
      this._running = running;
      this._warnings = warnings;
      this._changed.emit();
    } catch {
      // The connection's state says that the server can't be reached.
    }
  }

  private _isMove(changes: Changes): boolean {
    return (
      changes.removed_run_ids.length > 0 ||
      changes.removed_experiment_ids.length > 0 ||
      // An experiment that gains or loses runs comes with them.
      changes.experiments.length > 0 ||
      changes.runs.some(run => run.lifecycle_stage === 'deleted')
    );
  }

  private readonly _moved = new Signal<this, void>(this);
  private readonly _changed = new Signal<this, void>(this);
  private readonly _stream: Stream;
  private readonly _status: Coalescer;
  private _started: Promise<void> | null = null;
  private _following = false;
  private _running = 0;
  private _warnings: readonly string[] = [];
}
