export { datasetRecord } from './datasets';
export { cellPairs, type ICellPair } from './cells';
export {
  differs,
  metricRows,
  paramRows,
  paramText,
  recordRows,
  type ICompareRow
} from './comparison';
export {
  VIEW_MEDIA_TYPE,
  type ICodeCell,
  type IViewDocument,
  type IViewRun
} from './document';
export { foldedDiff } from './foldedDiff';
export { standalonePage } from './page';
export { RunView } from './view';
