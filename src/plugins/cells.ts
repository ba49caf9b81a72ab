import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import type * as Cells from '../cells';
import { CellRunsIndex, IRunsModel } from '../model';
import { CommandIDs, DOMAIN, PLUGIN_ID } from './commands';

/** The chips on cells that have runs. */
export const cellsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lightflow-jlab:cells',
  description: 'Shows on each cell its runs, and whether it was edited since.',
  autoStart: true,
  requires: [IRunsModel, INotebookTracker, ITranslator],
  optional: [ISettingRegistry],
  activate: (
    app,
    model: IRunsModel,
    tracker: INotebookTracker,
    translator: ITranslator,
    settingRegistry: ISettingRegistry | null
  ) => {
    const chips = new ChipsOfNotebooks(app, model, tracker, translator);
    if (!settingRegistry) {
      chips.isOn = true;
      return;
    }
    void settingRegistry.load(PLUGIN_ID).then(settings => {
      const read = (): void => {
        chips.isOn = settings.composite.cell_chips !== false;
      };
      settings.changed.connect(read);
      read();
    });
  }
};

/** Asks about the cells of each notebook that is opened; the rest is loaded where there are runs. */
class ChipsOfNotebooks {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _model: IRunsModel,
    private readonly _tracker: INotebookTracker,
    private readonly _translator: ITranslator
  ) {}

  set isOn(isOn: boolean) {
    if (isOn === (this._index !== null)) {
      return;
    }
    if (isOn) {
      this._index = new CellRunsIndex(
        this._model.client,
        this._model.received,
        cell_id => this._panels(new Set([cell_id])).length > 0
      );
      this._index.changed.connect(this._onRuns, this);
      this._tracker.widgetAdded.connect(this._onOpened, this);
      this._tracker.forEach(panel => this._onOpened(null, panel));
    } else {
      this._tracker.widgetAdded.disconnect(this._onOpened, this);
      this._index?.dispose();
      this._index = null;
      this._places?.dispose();
      this._places = null;
      this._shown.forEach(chips => chips.dispose());
      this._shown.clear();
    }
  }

  private _onOpened(_: unknown, panel: NotebookPanel): void {
    void panel.context.ready.then(() => {
      if (!panel.isDisposed) {
        const ids = panel.content.widgets.map(cell => cell.model.id);
        void this._index?.load(ids);
        if (ids.some(cell_id => this._index?.get(cell_id))) {
          void this._show(panel);
        }
      }
    });
  }

  private _onRuns(_: unknown, cell_ids: ReadonlySet<string>): void {
    for (const panel of this._panels(cell_ids)) {
      void this._show(panel);
    }
  }

  /** The open notebooks that have any of these cells. */
  private _panels(cell_ids: ReadonlySet<string>): NotebookPanel[] {
    const found: NotebookPanel[] = [];
    this._tracker.forEach(panel => {
      if (panel.content.widgets.some(cell => cell_ids.has(cell.model.id))) {
        found.push(panel);
      }
    });
    return found;
  }

  private async _show(panel: NotebookPanel): Promise<void> {
    if (this._shown.has(panel)) {
      return;
    }
    const { NotebookChips, NotebookPlaces, openChipMenu } =
      await import('../cells');
    if (panel.isDisposed || this._index === null || this._shown.has(panel)) {
      return;
    }
    const { commands, serviceManager } = this._app;
    const trans = this._translator.load(DOMAIN);
    this._places ??= new NotebookPlaces(serviceManager.contents);
    const chips = new NotebookChips(panel, this._index, this._places, trans, {
      show: chip =>
        void commands.execute(CommandIDs.showRun, {
          run_id: chip.last.run.run_id
        }),
      openMenu: (chip, anchor) =>
        openChipMenu(chip, anchor, commands, CommandIDs, trans)
    });
    this._shown.set(panel, chips);
    panel.disposed.connect(() => this._shown.delete(panel));
  }

  private readonly _shown = new Map<NotebookPanel, Cells.NotebookChips>();
  private _index: CellRunsIndex | null = null;
  private _places: Cells.NotebookPlaces | null = null;
}
