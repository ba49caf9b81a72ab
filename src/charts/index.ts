export { runColor } from './color';
export { formatNumber, formatSeconds } from './format';
export { LineChart } from './lineChart';
export { smooth } from './smoothing';
export { themeFrom } from './theme';
export type { IChartOptions, IChartSeries, IChartTheme, XKind } from './types';
