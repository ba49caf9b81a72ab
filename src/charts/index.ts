export { runColor } from './color';
export { formatNumber, formatSeconds } from './format';
export { LineChart } from './lineChart';
export { smooth } from './smoothing';
export type { IChartOptions, IChartSeries, XKind } from './types';
