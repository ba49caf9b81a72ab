import { Notification } from '@jupyterlab/apputils';
import * as React from 'react';
import type { Run } from '../api';
import type { Range } from '../charts';
import { metricRows, paramRows, recordRows, type IViewRun } from '../view';
import { initialSettings } from './chartSettings';
import { ChartTiles, runsByMetric } from './chartsTab';
import { CompareCode } from './compareCode';
import { CompareFiles } from './compareFiles';
import { loadDetails, viewRun } from './compareDetails';
import { comparisonFile } from './compareFile';
import { CompareMatrix } from './compareMatrix';
import { Editable, useExplorer } from './context';
import { download } from './download';
import { formatBytes } from './format';
import { useRequest } from './hooks';
import { ErrorState, Hint } from './states';

/** The chosen runs side by side, held against one of them: what differs, or everything. */
export function CompareTab(props: { wide: boolean }): React.ReactElement {
  const { model, trans } = useExplorer();
  const [all, setAll] = React.useState(false);
  const [baseline_id, setBaseline] = React.useState('');
  const runs = model.selection.compared;
  const details = useRequest(
    () => Promise.all(runs.map(run => loadDetails(model.client, run.run_id))),
    [runs.map(run => `${run.run_id} ${run.status}`).join()]
  );
  if (runs.length < 2) {
    return (
      <Hint>
        {trans.__('Tick two or more runs to see what differs between them.')}
      </Hint>
    );
  }
  const baseline = Math.max(
    0,
    runs.findIndex(run => run.run_id === baseline_id)
  );
  const views = runs.map((run, index) => viewRun(run, details.data?.[index]));
  return (
    <div className="jp-Lightflow-compare">
      <div className="jp-Lightflow-toolbar">
        <label>
          <input
            type="checkbox"
            checked={!all}
            onChange={event => setAll(!event.target.checked)}
          />
          {trans.__('Differences only')}
        </label>
        <Actions wide={props.wide} views={views} baseline={baseline} />
      </div>
      {details.error && <ErrorState error={details.error} />}
      <CompareMatrix
        runs={runs}
        views={views}
        baseline={baseline}
        all={all}
        onBaseline={setBaseline}
        sections={[
          [trans.__('Params'), paramRows(views)],
          [trans.__('Metrics (last)'), metricRows(views, baseline)],
          [trans.__('Tags'), recordRows(views.map(view => view.tags))],
          [trans.__('Datasets'), recordRows(views.map(view => view.datasets))],
          [trans.__('Packages'), recordRows(views.map(view => view.packages))],
          [trans.__('Artifacts'), recordRows(views.map(artifactSizes))]
        ]}
      />
      <CompareCharts runs={runs} open={props.wide} />
      <CompareFiles
        runs={views}
        baseline={baseline}
        wide={props.wide}
        all={all}
      />
      <CompareCode
        runs={views}
        baseline={baseline}
        wide={props.wide}
        all={all}
      />
    </div>
  );
}

/** Ways to take the comparison elsewhere. */
function Actions(props: {
  wide: boolean;
  views: IViewRun[];
  baseline: number;
}): React.ReactElement {
  const { model, trans, openComparison, comparisonUrl } = useExplorer();
  const run_ids = props.views.map(view => view.run_id);
  const save = async (): Promise<void> => {
    try {
      const file = await comparisonFile(
        model.client,
        props.views,
        run_ids[props.baseline]
      );
      download(file, 'comparison.html');
    } catch (error) {
      Notification.error(
        error instanceof Error ? error.message : String(error)
      );
    }
  };
  return (
    <>
      {!props.wide && (
        <button
          className="jp-Lightflow-button"
          onClick={() => openComparison(run_ids)}
        >
          {trans.__('Open in a tab')}
        </button>
      )}
      <Editable>
        <button
          className="jp-Lightflow-button"
          title={trans.__('An address that opens this comparison')}
          onClick={() =>
            void navigator.clipboard.writeText(comparisonUrl(run_ids))
          }
        >
          {trans.__('Copy address')}
        </button>
      </Editable>
      <button
        className="jp-Lightflow-button"
        title={trans.__('One HTML file that lives without a server')}
        onClick={() => void save()}
      >
        {trans.__('Save as HTML')}
      </button>
    </>
  );
}

/** The curves that two runs or more have. */
function CompareCharts(props: {
  runs: readonly Run[];
  open: boolean;
}): React.ReactElement | null {
  const { trans, chartDefaults } = useExplorer();
  const [open, setOpen] = React.useState(props.open);
  const [zoom, setZoom] = React.useState<Range | null>(null);
  const settings = React.useMemo(
    () => initialSettings(chartDefaults),
    [chartDefaults]
  );
  const byKey = runsByMetric(props.runs);
  const keys = [...byKey.entries()]
    .filter(
      ([key, having]) =>
        having.length > 1 &&
        having.some(run =>
          run.metrics.some(one => one.key === key && one.count !== 1)
        )
    )
    .map(([key]) => key)
    .sort();
  if (keys.length === 0) {
    return null;
  }
  return (
    <details
      className="jp-Lightflow-group"
      open={open}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        {trans.__('Charts')}{' '}
        <span className="jp-Lightflow-faint">{keys.length}</span>
      </summary>
      {open && (
        <ChartTiles
          keys={keys}
          byKey={byKey}
          settings={settings}
          zoom={zoom}
          onZoom={setZoom}
        />
      )}
    </details>
  );
}

function artifactSizes(view: IViewRun): Record<string, string> {
  return Object.fromEntries(
    (view.artifacts ?? []).map(one => [one.path, formatBytes(one.size_bytes)])
  );
}
