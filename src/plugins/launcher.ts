import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { CommandIDs } from './commands';

/** The card that opens the runs. */
export const launcherPlugin: JupyterFrontEndPlugin<void> = {
  id: 'lightflow-jlab:launcher',
  description: 'Adds a card to the launcher.',
  autoStart: true,
  optional: [ILauncher],
  activate: (_, launcher: ILauncher | null) => {
    launcher?.add({
      command: CommandIDs.openTab,
      args: { isLauncher: true },
      category: 'Other',
      rank: 10
    });
  }
};
