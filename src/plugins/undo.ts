import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { IRunsModel } from '../model';
import { DOMAIN } from './commands';

const SHOWN_MS = 8000;

/** Tells what an edit of runs did, and offers to undo it. */
export const undoPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lightflow-jlab:undo',
  description: 'Offers to undo edits of Lightflow runs.',
  autoStart: true,
  requires: [IRunsModel, ITranslator],
  activate: (_, model: IRunsModel, translator: ITranslator) => {
    const trans = translator.load(DOMAIN);
    model.edits.done.connect((edits, edit) => {
      Notification.info(edit.title, {
        autoClose: SHOWN_MS,
        actions: [
          {
            label: trans.__('Undo'),
            callback: () =>
              edits.undoThis(edit).catch((error: unknown) => {
                Notification.error(
                  error instanceof Error ? error.message : String(error)
                );
              })
          }
        ]
      });
    });
  }
};
