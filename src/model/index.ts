export {
  cellChip,
  type Edits,
  type ICellChip,
  type IRunValue
} from './cellChip';
export { CellRunsIndex } from './cellRunsIndex';
export { chartedRuns } from './charted';
export {
  ChartRegistry,
  IChartRegistry,
  type IChartRenderer,
  type IRunChart
} from './chartRegistry';
export { ExperimentList } from './experimentList';
export { canOpen, type Row } from './branch';
export { RunEdits, type Field, type IEdit } from './runEdits';
export { PAGE_SIZE, type LoadState } from './pages';
export { RunList } from './runList';
export { RunsModel } from './runsModel';
export { LOCAL, Sources } from './sources';
export { MAX_CHARTED, MAX_COMPARED, Selection } from './selection';
export { append, MAX_POINTS, SeriesStore } from './seriesStore';
export { sourceDigest } from './sourceDigest';
export { statusSign } from './statusSign';
export { IRunsModel } from './tokens';
export { isFilter, isFilterBegun, orderTerm, PLAIN_VIEW, Table } from './table';
