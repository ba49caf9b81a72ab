export type { IChartDefaults, IExplorerContext } from './context';
export { Explorer } from './explorer';
export type { IRunAction } from './runActions';
