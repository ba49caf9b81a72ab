import * as React from 'react';
import type { XKind } from '../charts';
import { ChartTile, type IChartSettings } from './chartTile';
import { useExplorer } from './context';
import { chartedRuns } from '../model';
import { Hint } from './states';

/** The metrics of the chosen runs, grouped by what stands before the first `/`. */
export function ChartsTab(): React.ReactElement {
  const { model, trans, chartDefaults } = useExplorer();
  const runs = chartedRuns(model);
  const [search, setSearch] = React.useState('');
  const [settings, setSettings] = React.useState<IChartSettings>({
    x_kind: 'step',
    log_y: chartDefaults.log_y,
    smoothing: chartDefaults.smoothing
  });
  if (runs.length === 0) {
    return (
      <Hint>{trans.__('Tick the runs whose metrics you want to see.')}</Hint>
    );
  }
  const keys = [
    ...new Set(runs.flatMap(run => run.metrics.map(metric => metric.key)))
  ]
    .filter(key => key.toLowerCase().includes(search.toLowerCase()))
    .sort();
  return (
    <div>
      <div className="jp-Lightflow-toolbar">
        <input
          className="jp-Lightflow-input"
          type="search"
          placeholder={trans.__('Find a metric')}
          aria-label={trans.__('Find a metric')}
          value={search}
          onChange={event => setSearch(event.target.value)}
        />
        <label>
          {trans.__('Smooth')}
          <input
            type="range"
            min={0}
            max={0.99}
            step={0.01}
            value={settings.smoothing}
            onChange={event =>
              setSettings({
                ...settings,
                smoothing: Number(event.target.value)
              })
            }
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={settings.log_y}
            onChange={event =>
              setSettings({ ...settings, log_y: event.target.checked })
            }
          />
          {trans.__('Log')}
        </label>
        <select
          className="jp-Lightflow-input"
          aria-label={trans.__('Horizontal axis')}
          value={settings.x_kind}
          onChange={event =>
            setSettings({ ...settings, x_kind: event.target.value as XKind })
          }
        >
          <option value="step">{trans.__('Step')}</option>
          <option value="time">{trans.__('Time')}</option>
          <option value="relative">{trans.__('Since start')}</option>
        </select>
      </div>
      {keys.length === 0 && (
        <Hint>{trans.__('These runs have no such metric (yet).')}</Hint>
      )}
      {groups(keys).map(([prefix, members]) => {
        const tiles = (
          <div className="jp-Lightflow-tiles">
            {members.map(key => (
              <ChartTile
                key={key}
                metricKey={key}
                settings={settings}
                runs={runs.filter(run =>
                  run.metrics.some(metric => metric.key === key)
                )}
              />
            ))}
          </div>
        );
        return prefix === '' ? (
          <React.Fragment key={prefix}>{tiles}</React.Fragment>
        ) : (
          <details key={prefix} open className="jp-Lightflow-group">
            <summary>{prefix}</summary>
            {tiles}
          </details>
        );
      })}
    </div>
  );
}

function groups(keys: readonly string[]): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const key of keys) {
    const slash = key.indexOf('/');
    const prefix = slash < 0 ? '' : key.slice(0, slash);
    found.set(prefix, [...(found.get(prefix) ?? []), key]);
  }
  return [...found.entries()];
}
