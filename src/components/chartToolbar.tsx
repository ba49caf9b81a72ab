import * as React from 'react';
import type { Run } from '../api';
import type { BandKind } from '../charts';
import { METRIC_AXIS, type IChartSettings } from './chartSettings';
import { useExplorer } from './context';
import { formatParam } from './format';

/** How the curves are drawn. */
export function ChartToolbar(props: {
  runs: readonly Run[];
  metrics: readonly string[];
  settings: IChartSettings;
  onChange: (settings: IChartSettings) => void;
}): React.ReactElement {
  const { trans } = useExplorer();
  const { settings } = props;
  const change = (patch: Partial<IChartSettings>): void =>
    props.onChange({ ...settings, ...patch });
  const box = (
    name: 'log_x' | 'log_y' | 'robust',
    label: string,
    title: string
  ): React.ReactElement => (
    <label title={title}>
      <input
        type="checkbox"
        checked={settings[name]}
        onChange={event => change({ [name]: event.target.checked })}
      />
      {label}
    </label>
  );
  const groups = groupKeys(props.runs, settings.group_by);
  return (
    <div className="jp-Lightflow-toolbar">
      <label>
        {trans.__('Across')}
        <select
          className="jp-Lightflow-input"
          aria-label={trans.__('Horizontal axis')}
          value={settings.x}
          onChange={event => change({ x: event.target.value })}
        >
          <option value="step">{trans.__('Step')}</option>
          <option value="relative">{trans.__('Since start')}</option>
          <option value="time">{trans.__('Time')}</option>
          <optgroup label={trans.__('Metrics')}>
            {props.metrics.map(key => (
              <option key={key} value={METRIC_AXIS + key}>
                {key}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <label>
        {trans.__('Smooth')}
        <input
          type="range"
          min={0}
          max={0.99}
          step={0.01}
          value={settings.smoothing}
          onChange={event => change({ smoothing: Number(event.target.value) })}
        />
      </label>
      {box('log_x', trans.__('Log x'), trans.__('Logarithmic across'))}
      {box('log_y', trans.__('Log y'), trans.__('Logarithmic upwards'))}
      {box(
        'robust',
        trans.__('Ignore outliers'),
        trans.__(
          'Leave values far from the rest outside: beyond three times the span between the quartiles'
        )
      )}
      {groups.length > 0 && (
        <label>
          {trans.__('Mean by')}
          <select
            className="jp-Lightflow-input"
            aria-label={trans.__('Mean by')}
            value={settings.group_by}
            onChange={event => change({ group_by: event.target.value })}
          >
            <option value="">–</option>
            {groups.map(key => (
              <option key={key} value={key}>
                {key}
              </option>
            ))}
          </select>
        </label>
      )}
      {settings.group_by !== '' && (
        <label>
          {trans.__('Band')}
          <select
            className="jp-Lightflow-input"
            aria-label={trans.__('Band')}
            value={settings.band}
            onChange={event => change({ band: event.target.value as BandKind })}
          >
            <option value="deviation">
              {trans.__('± standard deviation')}
            </option>
            <option value="range">{trans.__('min to max')}</option>
          </select>
        </label>
      )}
    </div>
  );
}

/** Params that differ between the runs, and the chosen one. */
function groupKeys(runs: readonly Run[], chosen: string): string[] {
  const keys = [
    ...new Set(runs.flatMap(run => run.params.map(param => param.key)))
  ];
  return keys
    .filter(
      key =>
        key === chosen ||
        new Set(
          runs.map(run => formatParam(run.params.find(one => one.key === key)))
        ).size > 1
    )
    .sort();
}
