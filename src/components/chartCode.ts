import type { Run } from '../api';
import { axisMetric, type IChartSettings } from './chartSettings';

/** Python that draws this chart with Altair. */
export function chartCode(
  metric: string,
  runs: readonly Run[],
  settings: IChartSettings
): string {
  const ids = runs.map(
    run => `        ${text(run.run_id)},  # ${comment(run.run_name)}\n`
  );
  const options: [string, string][] = [];
  if (settings.x !== 'step') {
    options.push(['x', text(axisMetric(settings) ?? settings.x)]);
  }
  if (settings.smoothing > 0) {
    options.push(['smoothing', String(settings.smoothing)]);
  }
  if (settings.log_x) {
    options.push(['log_x', 'True']);
  }
  if (settings.log_y) {
    options.push(['log_y', 'True']);
  }
  return (
    'import lightflow_jlab as lf\n\n' +
    `lf.chart(\n    ${text(metric)},\n    [\n${ids.join('')}    ],\n` +
    options.map(([name, value]) => `    ${name}=${value},\n`).join('') +
    ')'
  );
}

/** A string literal of Python: JSON's escapes are Python's too. */
function text(value: string): string {
  return JSON.stringify(value);
}

function comment(value: string): string {
  return value.replace(/[\r\n\u2028\u2029\f\v]+/g, ' ');
}
