import type { Cell, CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { PanelLayout } from '@lumino/widgets';
import {
  cellChip,
  sourceDigest,
  type CellRunsIndex,
  type ICellChip
} from '../model';
import { ChipWidget, type IChipActions } from './chipWidget';
import type { NotebookPlaces } from './notebookPlaces';

const EDIT_MS = 100;

type SharedCell = Cell['model']['sharedModel'];

/**
 * The chips of one notebook. It reads the shared document and writes nothing to it. Only cells that
 * have runs, and cells that those stood on, are listened to.
 */
export class NotebookChips implements IDisposable {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _index: CellRunsIndex,
    private readonly _places: NotebookPlaces,
    private readonly _trans: TranslationBundle,
    private readonly _actions: IChipActions
  ) {
    this._index.changed.connect(this._onRuns, this);
    this._places.changed.connect(this._request, this);
    this._panel.context.pathChanged.connect(this._request, this);
    this._panel.content.model?.cells.changed.connect(this._request, this);
    this._panel.disposed.connect(this.dispose, this);
    this._update();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._timer);
    this._index.changed.disconnect(this._onRuns, this);
    this._places.changed.disconnect(this._request, this);
    this._heard.forEach(cell => cell.changed.disconnect(this._onCell, this));
    this._chips.forEach(chip => chip.dispose());
    Signal.clearData(this);
  }

  private _onRuns(_: CellRunsIndex, cell_ids: ReadonlySet<string>): void {
    if (this._panel.content.widgets.some(one => cell_ids.has(one.model.id))) {
      this._request();
    }
  }

  private _onCell(_: unknown, change: { sourceChange?: unknown }): void {
    if (change.sourceChange) {
      this._request();
    }
  }

  private _request(): void {
    this._timer ??= setTimeout(() => this._update(), EDIT_MS);
  }

  private _update(): void {
    this._timer = undefined;
    if (this._isDisposed) {
      return;
    }
    const began = performance.now();
    const { widgets } = this._panel.content;
    const digests = this._digests(widgets);
    const path = this._panel.context.path;
    const belongs = (source_name: string): boolean =>
      this._places.belongs(source_name, path);
    const relevant = new Set<string>();
    for (const cell of widgets) {
      const known = this._index.get(cell.model.id);
      const chip = cellChip(known, belongs, digests);
      if (chip !== null) {
        relevant.add(cell.model.id);
        known?.stood_on?.forEach(({ cell_id }) => relevant.add(cell_id));
      }
      this._show(cell, chip);
    }
    for (const [cell, chip] of this._chips) {
      if (cell.isDisposed) {
        chip.dispose();
        this._chips.delete(cell);
      }
    }
    this._hear(widgets, relevant);
    // Seen in the browser's profiler, and held against its bound by the UI tests.
    performance.measure('lightflow:chips', { start: began });
  }

  private _show(cell: Cell, said: ICellChip | null): void {
    let chip = this._chips.get(cell);
    if (said === null) {
      chip?.dispose();
      this._chips.delete(cell);
      return;
    }
    if (!chip) {
      chip = new ChipWidget(this._trans, this._actions);
      this._chips.set(cell, chip);
      void attach(cell as CodeCell, chip);
    }
    chip.say(said);
  }

  /** The digests of the code cells; a source that is the same as before is not digested again. */
  private _digests(cells: readonly Cell[]): ReadonlyMap<string, string> {
    const before = this._digested;
    this._digested = new Map();
    const digests = new Map<string, string>();
    for (const { model } of cells) {
      if (model.type === 'code') {
        const source = model.sharedModel.getSource();
        const known = before.get(model.id);
        const digest =
          known?.source === source ? known.digest : sourceDigest(source);
        this._digested.set(model.id, { source, digest });
        digests.set(model.id, digest);
      }
    }
    return digests;
  }

  private _hear(cells: readonly Cell[], relevant: ReadonlySet<string>): void {
    const wanted = new Set(
      cells
        .filter(cell => relevant.has(cell.model.id))
        .map(cell => cell.model.sharedModel)
    );
    for (const cell of this._heard) {
      if (!wanted.has(cell)) {
        cell.changed.disconnect(this._onCell, this);
      }
    }
    for (const cell of wanted) {
      // Connecting what is connected does nothing.
      cell.changed.connect(this._onCell, this);
    }
    this._heard = wanted;
  }

  private readonly _chips = new Map<Cell, ChipWidget>();
  private _digested = new Map<string, { source: string; digest: string }>();
  private _heard: ReadonlySet<SharedCell> = new Set();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

/** Put the chip between code and outputs, when the cell is drawn. */
async function attach(cell: CodeCell, chip: ChipWidget): Promise<void> {
  await cell.ready;
  if (!cell.isDisposed && !chip.isDisposed) {
    const layout = cell.layout as PanelLayout;
    const input = layout.widgets.findIndex(widget =>
      widget.hasClass('jp-Cell-inputWrapper')
    );
    layout.insertWidget(input + 1, chip);
  }
}
