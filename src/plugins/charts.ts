import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ChartRegistry, IChartRegistry } from '../model';

/** Where other extensions register charts of runs. */
export const chartsPlugin: JupyterFrontEndPlugin<IChartRegistry> = {
  id: 'lightflow-jlab:charts',
  description: 'Provides the registry of charts that the explorer offers.',
  autoStart: true,
  provides: IChartRegistry,
  activate: () => new ChartRegistry()
};
