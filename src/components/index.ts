export {
  ExplorerProvider,
  type IChartDefaults,
  type IExplorerContext
} from './context';
export { Explorer } from './explorer';
