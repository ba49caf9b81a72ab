import * as React from 'react';
import type { Run } from '../api';
import type { Range } from '../charts';
import { chartedRuns } from '../model';
import { initialSettings, type IChartSettings } from './chartSettings';
import { ChartTile } from './chartTile';
import { ChartToolbar } from './chartToolbar';
import { useExplorer } from './context';
import { useSignal } from './hooks';
import { Lazily } from './lazily';
import { Plots } from './plots';
import { Hint } from './states';

const CURVES = 'curves';
/** Of a caption above the plot. */
const CAPTION_PX = 24;

/** What is drawn of the chosen runs: the curves of their metrics, or all runs at once. */
export function ChartsTab(): React.ReactElement {
  const { charts, trans, chartDefaults } = useExplorer();
  useSignal(charts.changed);
  const [kind, setKind] = React.useState(CURVES);
  const [search, setSearch] = React.useState('');
  const [settings, setSettings] = React.useState<IChartSettings>(
    initialSettings(chartDefaults)
  );
  return (
    <div>
      <div className="jp-Lightflow-toolbar">
        <select
          className="jp-Lightflow-input"
          aria-label={trans.__('Kind of chart')}
          value={kind}
          onChange={event => setKind(event.target.value)}
        >
          <option value={CURVES}>{trans.__('Curves')}</option>
          <option value="scatter">{trans.__('Scatter')}</option>
          <option value="bars">{trans.__('Bars')}</option>
          <option value="parallel">{trans.__('Parallel coordinates')}</option>
          <option value="importance">{trans.__('Param importance')}</option>
          {charts.renderers.map(renderer => (
            <option key={renderer.id} value={renderer.id}>
              {renderer.label}
            </option>
          ))}
        </select>
        {kind === CURVES && (
          <input
            className="jp-Lightflow-input"
            type="search"
            placeholder={trans.__('Find a metric')}
            aria-label={trans.__('Find a metric')}
            value={search}
            onChange={event => setSearch(event.target.value)}
          />
        )}
      </div>
      {kind === CURVES ? (
        <Curves search={search} settings={settings} onChange={setSettings} />
      ) : (
        <Plots kind={kind} />
      )}
    </div>
  );
}

/** The metrics of the charted runs, grouped by what stands before the first `/`. */
function Curves(props: {
  search: string;
  settings: IChartSettings;
  onChange: (settings: IChartSettings) => void;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const runs = chartedRuns(model);
  const [zoom, setZoom] = React.useState<Range | null>(null);
  React.useEffect(() => setZoom(null), [props.settings.x]);
  if (runs.length === 0) {
    return (
      <Hint>{trans.__('Tick the runs whose metrics you want to see.')}</Hint>
    );
  }
  const byKey = runsByMetric(runs);
  const all = [...byKey.keys()].sort();
  const words = props.search.toLowerCase();
  const keys = all.filter(key => key.toLowerCase().includes(words));
  return (
    <>
      <ChartToolbar
        runs={runs}
        metrics={all}
        settings={props.settings}
        onChange={props.onChange}
      />
      {keys.length === 0 && (
        <Hint>{trans.__('These runs have no such metric (yet).')}</Hint>
      )}
      {groups(keys).map(([prefix, members]) => {
        const tiles = (
          <ChartTiles
            keys={members}
            byKey={byKey}
            settings={props.settings}
            zoom={zoom}
            onZoom={setZoom}
          />
        );
        return prefix === '' ? (
          <React.Fragment key={prefix}>{tiles}</React.Fragment>
        ) : (
          <details key={prefix} open className="jp-Lightflow-group">
            <summary>
              {prefix}{' '}
              <span className="jp-Lightflow-faint">{members.length}</span>
            </summary>
            {tiles}
          </details>
        );
      })}
    </>
  );
}

/** Charts beside each other; those out of sight are not drawn and watch nothing. */
export function ChartTiles(props: {
  keys: readonly string[];
  byKey: ReadonlyMap<string, readonly Run[]>;
  settings: IChartSettings;
  /** All charts show the same part of the x axis. */
  zoom: Range | null;
  onZoom: (range: Range | null) => void;
}): React.ReactElement {
  const { chartDefaults } = useExplorer();
  return (
    <div className="jp-Lightflow-tiles">
      {props.keys.map(key => (
        <Lazily
          key={key}
          title={key}
          height_px={chartDefaults.height_px + CAPTION_PX}
        >
          {() => (
            <ChartTile
              metricKey={key}
              settings={props.settings}
              runs={props.byKey.get(key) ?? []}
              zoom={props.zoom}
              onZoom={props.onZoom}
            />
          )}
        </Lazily>
      ))}
    </div>
  );
}

/** The runs that have a metric, for each metric. */
export function runsByMetric(runs: readonly Run[]): Map<string, Run[]> {
  const found = new Map<string, Run[]>();
  for (const run of runs) {
    for (const { key } of run.metrics) {
      const members = found.get(key);
      if (members) {
        members.push(run);
      } else {
        found.set(key, [run]);
      }
    }
  }
  return found;
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
