import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { CellRuns, LightflowClient, Run, ServerMessage } from '../api';
import { Coalescer } from './coalescer';

const RELOAD_MS = 300;
/** How often it is asked again what a run stood on: a kernel tells a moment after the start. */
const MAX_QUESTIONS = 3;

/** The runs of the cells that were asked about, kept as the server tells of changes. */
export class CellRunsIndex implements IDisposable {
  /**
   * @param received - What the stream brings.
   * @param isOpen - Whether a cell stands in a notebook that is open: cells are made after the
   * notebook's were asked about.
   */
  constructor(
    private readonly _client: Pick<LightflowClient, 'cellRuns'>,
    private readonly _received: ISignal<unknown, ServerMessage>,
    private readonly _isOpen: (cell_id: string) => boolean
  ) {
    this._received.connect(this._onMessage, this);
  }

  get isDisposed(): boolean {
    return this._reload.isDisposed;
  }

  /** The cells whose runs are others than before. */
  get changed(): ISignal<this, ReadonlySet<string>> {
    return this._changed;
  }

  get(cell_id: string): CellRuns | undefined {
    return this._known.get(cell_id);
  }

  /** Ask about cells; what is known is not asked again. */
  async load(cell_ids: readonly string[]): Promise<void> {
    await this._ask(cell_ids.filter(cell_id => !this._asked.has(cell_id)));
  }

  dispose(): void {
    this._received.disconnect(this._onMessage, this);
    this._reload.dispose();
    Signal.clearData(this);
  }

  private async _ask(cell_ids: readonly string[]): Promise<void> {
    if (cell_ids.length === 0) {
      return;
    }
    cell_ids.forEach(cell_id => this._asked.add(cell_id));
    let cells: CellRuns[];
    try {
      ({ cells } = await this._client.cellRuns(cell_ids));
    } catch (error) {
      // Asked again with the next change, or when the notebook is opened next.
      cell_ids.forEach(cell_id => this._asked.delete(cell_id));
      console.warn('Lightflow could not ask for the runs of cells.', error);
      return;
    }
    const had = cell_ids.filter(cell_id => this._known.delete(cell_id));
    cells.forEach(cell => this._known.set(cell.cell_id, cell));
    const changed = new Set([...had, ...cells.map(cell => cell.cell_id)]);
    if (changed.size > 0 && !this.isDisposed) {
      this._changed.emit(changed);
    }
  }

  private _onMessage(_: unknown, message: ServerMessage): void {
    if (message.type === 'reset') {
      this._asked.forEach(cell_id => this._stale.add(cell_id));
    } else if (message.type === 'changes') {
      const changed = new Set(message.runs.flatMap(run => this._apply(run)));
      this._remove(message.removed_run_ids);
      if (changed.size > 0) {
        this._changed.emit(changed);
      }
    }
    if (this._stale.size > 0) {
      this._reload.request();
    }
  }

  /** Put a run in its place. The cells that show something else now; [] where all is to be asked. */
  private _apply(run: Run): string[] {
    const { cell_id } = run;
    const known = this._known.get(cell_id);
    const place = known?.runs.findIndex(one => one.run_id === run.run_id) ?? -1;
    if (!known || place < 0) {
      if (
        cell_id !== '' &&
        (this._asked.has(cell_id) || this._isOpen(cell_id))
      ) {
        this._stale.add(cell_id);
      }
      return [];
    }
    const before = known.runs[place];
    if (
      before.status !== run.status ||
      before.lifecycle_stage !== run.lifecycle_stage ||
      (known.metric === null && run.metrics.length > 0) ||
      this._mayTellMore(known, run)
    ) {
      this._stale.add(cell_id);
    }
    this._known.set(cell_id, {
      ...known,
      runs: known.runs.map((one, index) => (index === place ? run : one))
    });
    return [cell_id];
  }

  private _mayTellMore(known: CellRuns, run: Run): boolean {
    const questions = this._questions.get(run.run_id) ?? 0;
    if (known.stood_on !== null || questions >= MAX_QUESTIONS) {
      return false;
    }
    this._questions.set(run.run_id, questions + 1);
    return true;
  }

  private _remove(run_ids: readonly string[]): void {
    if (run_ids.length === 0) {
      return;
    }
    for (const [cell_id, { runs }] of this._known) {
      if (runs.some(run => run_ids.includes(run.run_id))) {
        this._stale.add(cell_id);
      }
    }
  }

  private readonly _changed = new Signal<this, ReadonlySet<string>>(this);
  private readonly _reload = new Coalescer(async () => {
    const stale = [...this._stale];
    this._stale.clear();
    await this._ask(stale);
  }, RELOAD_MS);
  private readonly _known = new Map<string, CellRuns>();
  private readonly _asked = new Set<string>();
  private readonly _stale = new Set<string>();
  private readonly _questions = new Map<string, number>();
}
