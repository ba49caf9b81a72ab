import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { LightflowClient } from '../api';
import { IRunsModel, RunsModel } from '../model';

/** What is known of the runs; others may build on it or put their own in its place. */
export const modelPlugin: JupyterFrontEndPlugin<IRunsModel> = {
  id: 'lightflow-jlab:model',
  description: 'Provides the experiments and runs of Lightflow, live.',
  autoStart: true,
  provides: IRunsModel,
  activate: app =>
    new RunsModel(new LightflowClient(app.serviceManager.serverSettings))
};
