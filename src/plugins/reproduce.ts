import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { LightflowClient, Reproduction } from '../api';
import { IRunsModel } from '../model';
import { CommandIDs, DOMAIN } from './commands';

const POLL_MS = 1000;

/** Runs the cells of a run again in a fresh kernel, and tells how it went. */
export const reproducePlugin: JupyterFrontEndPlugin<void> = {
  id: 'lightflow-jlab:reproduce',
  description: 'Reproduces a run in a fresh kernel.',
  autoStart: true,
  requires: [IRunsModel, ITranslator],
  activate: (app, model: IRunsModel, translator: ITranslator) => {
    const trans = translator.load(DOMAIN);
    app.commands.addCommand(CommandIDs.reproduceRun, {
      label: trans.__('Reproduce'),
      describedBy: {
        args: {
          type: 'object',
          properties: { run_id: { type: 'string' } },
          required: ['run_id']
        }
      },
      execute: async args => {
        const started = await model.client.reproduce(String(args.run_id));
        await follow(started, model.client, app.commands, trans);
      }
    });
  }
};

/** Show the progress in a notification, where it can be cancelled, until it is over. */
async function follow(
  started: Reproduction,
  client: LightflowClient,
  commands: CommandRegistry,
  trans: TranslationBundle
): Promise<void> {
  const { run_id, reproduction_id } = started;
  const id = Notification.emit(trans.__('Reproducing…'), 'in-progress', {
    autoClose: false,
    progress: 0,
    actions: [
      {
        label: trans.__('Cancel'),
        callback: event => {
          event.preventDefault();
          void client.cancelReproduction(run_id, reproduction_id);
        }
      }
    ]
  });
  let now = started;
  while (now.state === 'running') {
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
    now = await client.reproduction(run_id, reproduction_id);
    if (now.state === 'running') {
      Notification.update({
        id,
        message: trans.__(
          'Reproducing: cell %1 of %2',
          Math.min(now.cells_done + 1, now.cells_total),
          now.cells_total
        ),
        progress: now.cells_total ? now.cells_done / now.cells_total : 0
      });
    }
  }
  const { child_run_id } = now;
  Notification.update({
    id,
    message: outcome(now, trans),
    type: now.state === 'reproduced' ? 'success' : 'warning',
    autoClose: false,
    progress: undefined,
    actions:
      child_run_id === null
        ? []
        : [
            {
              label: trans.__('Compare'),
              callback: () =>
                void commands.execute(CommandIDs.compareRuns, {
                  run_ids: [run_id, child_run_id]
                })
            }
          ]
  });
}

function outcome(
  { state, reasons }: Reproduction,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'reproduced':
      return trans.__('✔ Reproduced: the metrics are as they were.');
    case 'cancelled':
      return trans.__('The reproduction was cancelled.');
    default:
      return [trans.__('✖ Not reproduced.'), ...reasons].join(' ');
  }
}
