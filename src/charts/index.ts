export { along } from './along';
export { meanWithBand, type BandKind } from './bands';
export { groupColor, runColor } from './color';
export { rankCorrelationRatio, spearman } from './correlation';
export { csvFile, csvRows } from './csvFile';
export { formatNumber, formatSeconds } from './format';
export { LineChart } from './lineChart';
export { chartNotes, type IChartNotes } from './notes';
export { xRange, yRange } from './ranges';
export { scale, type IScale } from './scale';
export { smooth } from './smoothing';
export { svgFile } from './svgFile';
export { themeFrom } from './theme';
export { ticks } from './ticks';
export type {
  IChartOptions,
  IChartSeries,
  IChartTheme,
  Range,
  XKind
} from './types';
