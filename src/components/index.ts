export type { IChartDefaults, IExplorerContext } from './context';
export { Explorer } from './explorer';
export type { IPanelPlace } from './panelTab';
export type { IRunAction } from './runActions';
