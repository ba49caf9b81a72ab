import type { BandKind, XKind } from '../charts';
import type { IChartDefaults } from './context';

export const METRIC_AXIS = 'metrics.';

/** How the charts of a tab are drawn. */
export interface IChartSettings {
  /** `step`, `relative`, `time`, or `metrics.` and the key of a metric. */
  x: string;
  log_x: boolean;
  log_y: boolean;
  robust: boolean;
  smoothing: number;
  /** The key of a param; empty for a line for each run. */
  group_by: string;
  band: BandKind;
}

export function initialSettings(defaults: IChartDefaults): IChartSettings {
  return {
    x: 'step',
    log_x: false,
    log_y: defaults.log_y,
    robust: false,
    smoothing: defaults.smoothing,
    group_by: '',
    band: 'deviation'
  };
}

/** The metric that stands on the x axis, if one does. */
export function axisMetric(settings: IChartSettings): string | null {
  return settings.x.startsWith(METRIC_AXIS)
    ? settings.x.slice(METRIC_AXIS.length)
    : null;
}

export function axisKind(settings: IChartSettings): XKind {
  return axisMetric(settings) === null ? (settings.x as XKind) : 'metric';
}
