import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import { IRunsModel } from '../model';
import { RunningStatus } from '../widgets';
import { CommandIDs, DOMAIN } from './commands';

/** The running runs, counted in the status bar. */
export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lightflow-jlab:status',
  description: 'Counts the running runs in the status bar.',
  autoStart: true,
  requires: [IRunsModel, ITranslator],
  optional: [IStatusBar],
  activate: (
    app,
    model: IRunsModel,
    translator: ITranslator,
    statusBar: IStatusBar | null
  ) => {
    if (!statusBar) {
      return;
    }
    const item = new RunningStatus(
      model,
      translator.load(DOMAIN),
      () => void app.commands.execute(CommandIDs.openSidebar)
    );
    statusBar.registerStatusItem('lightflow-jlab:running', {
      item,
      align: 'left',
      rank: 50,
      isActive: () => model.running > 0,
      activeStateChanged: model.changed as never
    });
  }
};
