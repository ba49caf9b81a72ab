export { chartedRuns } from './charted';
export {
  ChartRegistry,
  IChartRegistry,
  type IChartRenderer,
  type IRunChart
} from './chartRegistry';
export { ExperimentList } from './experimentList';
export { PAGE_SIZE, RunList, type LoadState } from './runList';
export { RunsModel } from './runsModel';
export { MAX_SELECTED, Selection } from './selection';
export { append, MAX_POINTS, SeriesStore } from './seriesStore';
export { IRunsModel } from './tokens';
