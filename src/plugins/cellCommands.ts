import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import {
  INotebookTracker,
  NotebookActions,
  type NotebookPanel
} from '@jupyterlab/notebook';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { Run } from '../api';
import type { ICellPlace } from '../cells';
import { IRunsModel } from '../model';
import { lightflowIcon } from '../widgets';
import { CommandIDs, DOMAIN, SIDEBAR_ID } from './commands';

type Where = 'below' | 'replace' | 'beside';

/** From a run to its cell and back. */
export const cellCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lightflow-jlab:cell-commands',
  description:
    'Shows the run of a cell and the cell of a run, and restores it.',
  autoStart: true,
  requires: [IRunsModel, INotebookTracker, ITranslator],
  activate: (
    app,
    model: IRunsModel,
    tracker: INotebookTracker,
    translator: ITranslator
  ) => {
    const trans = translator.load(DOMAIN);
    const restorer = new CellRestorer(app, model, tracker, trans);
    const run_id = { type: 'string', description: 'The id of a run' };
    app.commands.addCommand(CommandIDs.showRun, {
      label: args => String(args.label ?? trans.__('Show the Run')),
      describedBy: {
        args: { type: 'object', properties: { run_id }, required: ['run_id'] }
      },
      execute: async args => {
        const run = await runOf(model, args.run_id);
        await model.start();
        app.shell.activateById(SIDEBAR_ID);
        model.selection.focus(run);
      }
    });
    app.commands.addCommand(CommandIDs.goToCell, {
      label: trans.__('Go to the Cell'),
      describedBy: {
        args: { type: 'object', properties: { run_id }, required: ['run_id'] }
      },
      execute: async args => restorer.goTo(await runOf(model, args.run_id))
    });
    app.commands.addCommand(CommandIDs.restoreCell, {
      label: args => restoreLabel(trans, args.where as Where),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            run_id,
            where: { type: 'string', enum: ['below', 'replace', 'beside'] }
          },
          required: ['run_id', 'where']
        }
      },
      execute: async args =>
        restorer.restore(await runOf(model, args.run_id), args.where as Where)
    });
  }
};

function restoreLabel(trans: TranslationBundle, where: Where): string {
  switch (where) {
    case 'replace':
      return trans.__('Put Code Into the Cell');
    case 'beside':
      return trans.__('Open Code Beside');
    default:
      return trans.__('Put Code Below the Cell');
  }
}

async function runOf(model: IRunsModel, run_id: unknown): Promise<Run> {
  return (await model.client.run(String(run_id))).run;
}

class CellRestorer {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _model: IRunsModel,
    private readonly _tracker: INotebookTracker,
    private readonly _trans: TranslationBundle
  ) {}

  async goTo(run: Run): Promise<void> {
    const place = await this._find(run);
    if (place === null) {
      this._tellGone(run);
      return;
    }
    await this._show(place);
  }

  async restore(run: Run, where: Where): Promise<void> {
    const { insertBelow, readOnlyCell, replaceSource } =
      await import('../cells');
    const { text, truncated } = await this._model.client.document(
      run.run_id,
      'source'
    );
    if (truncated) {
      throw new Error(
        this._trans.__('The code of this run is too long to be put back.')
      );
    }
    const place = await this._find(run);
    const panel = place?.panel ?? this._tracker.currentWidget;
    if (panel === null) {
      this._tellGone(run);
    } else if (where === 'beside') {
      const tab = new MainAreaWidget({
        content: readOnlyCell(panel.content, text)
      });
      tab.title.label = run.run_name;
      tab.title.caption = this._trans.__('The code of the run, as it ran');
      tab.title.icon = lightflowIcon;
      this._app.shell.add(tab, 'main', { mode: 'split-right', ref: panel.id });
    } else if (where === 'replace' && place !== null) {
      await this._show(place);
      replaceSource(place, text);
    } else {
      const below = place
        ? panel.content.widgets.indexOf(place.cell)
        : panel.content.activeCellIndex;
      const inserted = insertBelow(panel, below, text);
      if (inserted !== null) {
        await this._show(inserted);
      }
    }
  }

  private async _find(run: Run): Promise<ICellPlace | null> {
    const { findRunCell } = await import('../cells');
    return findRunCell(
      run,
      this._tracker,
      async path =>
        (await this._app.commands.execute('docmanager:open', {
          path
        })) as NotebookPanel
    );
  }

  private async _show(place: ICellPlace): Promise<void> {
    const { showCell } = await import('../cells');
    this._app.shell.activateById(place.panel.id);
    await showCell(place);
    await NotebookActions.focusActiveCell(place.panel.content);
  }

  private _tellGone(run: Run): void {
    Notification.warning(
      run.source_name
        ? this._trans.__(
            'The cell of %1 is neither in an open notebook nor in %2. If its notebook was renamed, open it and try again.',
            run.run_name,
            run.source_name
          )
        : this._trans.__(
            'Nothing tells from which cell %1 came. Open its notebook and try again.',
            run.run_name
          )
    );
  }
}
