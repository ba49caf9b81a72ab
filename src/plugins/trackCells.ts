import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import {
  INotebookTracker,
  NotebookActions,
  type NotebookPanel
} from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { lightflowIcon } from '../widgets';
import { CommandIDs, DOMAIN, PLUGIN_ID } from './commands';

/** The cell's metadata; the kernel reads the same. */
const METADATA_KEY = 'lightflow';

/** The button that has a cell tracked without a `%%track` line. */
export const trackCellsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lightflow-jlab:track-cells',
  description: 'Has cells tracked that are marked, or that train.',
  autoStart: true,
  requires: [INotebookTracker, ITranslator],
  optional: [ISettingRegistry],
  activate: (
    app,
    tracker: INotebookTracker,
    translator: ITranslator,
    settingRegistry: ISettingRegistry | null
  ) => {
    const trans = translator.load(DOMAIN);
    const kernels = new PreparedKernels(trans);
    const command = CommandIDs.toggleTrackCell;
    app.commands.addCommand(command, {
      label: trans.__('Track the Cell'),
      caption: () =>
        isMarked(tracker)
          ? trans.__('Lightflow records each run of this cell')
          : trans.__('Have Lightflow record each run of this cell'),
      icon: lightflowIcon,
      isToggled: () => isMarked(tracker),
      isVisible: () => tracker.activeCell?.model.type === 'code',
      execute: () => {
        const model = tracker.activeCell?.model;
        if (model?.type === 'code') {
          mark(model, !isMarked(tracker));
          app.commands.notifyCommandChanged(command);
          giveKeysBack(tracker);
        }
      }
    });
    tracker.activeCellChanged.connect(() =>
      app.commands.notifyCommandChanged(command)
    );
    let tracksTraining = false;
    void settingRegistry?.load(PLUGIN_ID).then(settings => {
      const read = (): void => {
        tracksTraining = settings.composite.track_training === true;
      };
      settings.changed.connect(read);
      read();
    });
    // Emitted before the cell is sent, so that the kernel is prepared when it comes.
    NotebookActions.executionScheduled.connect((_, { notebook, cell }) => {
      const kernel = tracker.find(panel => panel.content === notebook)
        ?.sessionContext.session?.kernel;
      const marked = cell.model.type === 'code' && hasMark(cell.model);
      if (kernel && (marked || tracksTraining || kernels.has(kernel))) {
        void kernels.prepare(kernel, tracksTraining);
      }
    });
  }
};

/** Not the button but the notebook gets the keys after a click: Shift+Enter runs the cell. */
function giveKeysBack(tracker: INotebookTracker): void {
  // Later, for a toolbar's button takes the focus once its command has begun.
  window.setTimeout(() => tracker.activeCell?.node.focus());
}

type CellModel = NonNullable<NotebookPanel['content']['activeCell']>['model'];

function isMarked(tracker: INotebookTracker): boolean {
  const model = tracker.activeCell?.model;
  return model !== undefined && hasMark(model);
}

function ours(model: CellModel): ReadonlyPartialJSONObject {
  return (model.getMetadata(METADATA_KEY) ?? {}) as ReadonlyPartialJSONObject;
}

function hasMark(model: CellModel): boolean {
  return ours(model).track === true;
}

function mark(model: CellModel, track: boolean): void {
  const rest = Object.fromEntries(
    Object.entries(ours(model)).filter(([key]) => key !== 'track')
  );
  if (track) {
    model.setMetadata(METADATA_KEY, { ...rest, track });
  } else if (Object.keys(rest).length > 0) {
    model.setMetadata(METADATA_KEY, rest);
  } else {
    model.deleteMetadata(METADATA_KEY);
  }
}

/** Loads Lightflow into kernels, silently and once in the life of each. */
class PreparedKernels {
  constructor(private readonly _trans: TranslationBundle) {}

  has(kernel: Kernel.IKernelConnection): boolean {
    return this._told.has(kernel);
  }

  async prepare(
    kernel: Kernel.IKernelConnection,
    tracksTraining: boolean
  ): Promise<void> {
    if (this._told.get(kernel) === tracksTraining) {
      return;
    }
    if (!this._told.has(kernel)) {
      kernel.statusChanged.connect(this._onStatus, this);
    }
    this._told.set(kernel, tracksTraining);
    const value = tracksTraining ? 'True' : 'False';
    const { content } = await kernel.requestExecute({
      code: `__import__('lightflow_jlab.notebook.front_end', fromlist=['prepare']).prepare(track_training=${value})`,
      silent: true,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false
    }).done;
    if (content.status === 'error' && !tracksTraining) {
      Notification.warning(
        this._trans.__(
          'The cell was run without being tracked: Lightflow is not installed in its kernel (%1).',
          content.evalue
        )
      );
    }
  }

  private _onStatus(
    kernel: Kernel.IKernelConnection,
    status: Kernel.Status
  ): void {
    if (['restarting', 'autorestarting', 'dead'].includes(status)) {
      kernel.statusChanged.disconnect(this._onStatus, this);
      this._told.delete(kernel);
    }
  }

  private readonly _told = new Map<Kernel.IKernelConnection, boolean>();
}
