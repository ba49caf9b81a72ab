import type { TranslationBundle } from '@jupyterlab/translation';
import { decodeNumber, type Metric, type Param, type Run } from '../api';
import { formatNumber, formatSeconds } from '../charts';
import { paramText } from '../view';

export function formatParam(param: Param | undefined): string {
  return param ? paramText(param) : '';
}

export function formatMetric(metric: Metric | undefined): string {
  return metric ? formatNumber(decodeNumber(metric.last)) : '';
}

/** How long a run took, or has been going on for. */
export function formatDuration(run: Run, now_ms: number): string {
  return formatSeconds(
    Math.max(0, (run.end_time ?? now_ms) - run.start_time) / 1000
  );
}

/** `just now`, `5 min ago`, then the date. */
export function formatAge(
  trans: TranslationBundle,
  time_ms: number,
  now_ms: number
): string {
  const minutes = Math.floor((now_ms - time_ms) / 60_000);
  if (minutes < 1) {
    return trans.__('just now');
  }
  if (minutes < 60) {
    return trans.__('%1 min ago', minutes);
  }
  if (minutes < 24 * 60) {
    return trans.__('%1 h ago', Math.floor(minutes / 60));
  }
  return new Date(time_ms).toLocaleDateString();
}

export function formatBytes(size: number): string {
  if (size < 1000) {
    return `${size} B`;
  }
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(size) / 3));
  return `${(size / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
