export type { IChartDefaults, IExplorerContext } from './context';
export { Explorer } from './explorer';
