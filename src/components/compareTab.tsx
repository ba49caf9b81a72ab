import * as React from 'react';
import { RequestError, type LightflowClient, type Run } from '../api';
import { runColor } from '../charts';
import { CodeDiff } from './codeDiff';
import {
  differs,
  metricRows,
  packageRows,
  paramRows,
  tagRows,
  type ICompareRow
} from './comparison';
import { useExplorer } from './context';
import { formatDuration } from './format';
import { useRequest } from './hooks';
import { ErrorState, Hint, StatusSign } from './states';

/** The chosen runs side by side, held against one of them: what differs, or everything. */
export function CompareTab(props: { wide: boolean }): React.ReactElement {
  const { model, trans, openComparison, comparisonUrl } = useExplorer();
  const [all, setAll] = React.useState(false);
  const [baseline_id, setBaseline] = React.useState('');
  const runs = model.selection.runs;
  const sources = useDocuments(runs, 'source');
  const environments = useDocuments(runs, 'environment');
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
  const sections: [string, ICompareRow[]][] = [
    [trans.__('Params'), paramRows(runs)],
    [trans.__('Metrics (last)'), metricRows(runs, baseline)],
    [trans.__('Tags'), tagRows(runs)],
    [trans.__('Packages'), packageRows(environments.data ?? [])]
  ];
  const run_ids = runs.map(run => run.run_id);
  const code = sources.data ?? [];
  const failure = sources.error ?? environments.error;
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
        {!props.wide && (
          <button
            className="jp-Lightflow-button"
            onClick={() => openComparison(run_ids)}
          >
            {trans.__('Open in a tab')}
          </button>
        )}
        <button
          className="jp-Lightflow-button"
          title={trans.__('An address that opens this comparison')}
          onClick={() =>
            void navigator.clipboard.writeText(comparisonUrl(run_ids))
          }
        >
          {trans.__('Copy address')}
        </button>
      </div>
      {failure && <ErrorState error={failure} />}
      <div className="jp-Lightflow-scroll">
        <table className="jp-Lightflow-matrix">
          <Head runs={runs} baseline={baseline} onBaseline={setBaseline} />
          {sections.map(([title, rows]) => (
            <Section
              key={title}
              title={title}
              rows={rows}
              all={all}
              runs={runs}
            />
          ))}
        </table>
      </div>
      {runs.map((run, index) =>
        index !== baseline && code[index] && code[baseline] ? (
          <section key={run.run_id} aria-label={trans.__('Code')}>
            <h4>
              {trans.__('Code: %1 → %2', runs[baseline].run_name, run.run_name)}
            </h4>
            <CodeDiff before={code[baseline]} after={code[index]} all={all} />
          </section>
        ) : null
      )}
    </div>
  );
}

function Head(props: {
  runs: readonly Run[];
  baseline: number;
  onBaseline: (run_id: string) => void;
}): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <thead>
      <tr>
        <td />
        {props.runs.map(run => (
          <th scope="col" key={run.run_id} title={run.run_id}>
            <span
              className="jp-Lightflow-dot"
              style={{ background: runColor(run.run_id) }}
            />
            {run.run_name}
          </th>
        ))}
      </tr>
      <tr>
        <th scope="row">{trans.__('State')}</th>
        {props.runs.map(run => (
          <td key={run.run_id}>
            <StatusSign status={run.status} /> {formatDuration(run, Date.now())}
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row">{trans.__('Baseline')}</th>
        {props.runs.map((run, index) => (
          <td key={run.run_id}>
            <input
              type="radio"
              name="lightflow-baseline"
              aria-label={trans.__('Compare with %1', run.run_name)}
              checked={index === props.baseline}
              onChange={() => props.onBaseline(run.run_id)}
            />
          </td>
        ))}
      </tr>
    </thead>
  );
}

function Section(props: {
  title: string;
  rows: readonly ICompareRow[];
  all: boolean;
  runs: readonly Run[];
}): React.ReactElement {
  const { trans } = useExplorer();
  const shown = props.rows.filter(row => props.all || differs(row));
  const same = props.rows.length - shown.length;
  if (props.rows.length === 0) {
    return <></>;
  }
  return (
    <tbody>
      <tr className="jp-Lightflow-section">
        <th scope="rowgroup" colSpan={props.runs.length + 1}>
          {props.title}
          {same > 0 && (
            <span className="jp-Lightflow-faint">
              {trans.__('%1 equal', same)}
            </span>
          )}
        </th>
      </tr>
      {shown.map(row => (
        <tr key={row.key} className={differs(row) ? 'jp-mod-differs' : ''}>
          <th scope="row" title={row.key}>
            {row.key}
          </th>
          {row.cells.map((text, index) => (
            <td key={props.runs[index].run_id} title={text}>
              {text === '' ? '–' : text}
              {row.deltas[index] && (
                <span className="jp-Lightflow-faint">{row.deltas[index]}</span>
              )}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

/** One document of each run; null where a run has none. */
function useDocuments(
  runs: readonly Run[],
  kind: string
): { data: (string | null)[] | null; error: Error | null } {
  const { model } = useExplorer();
  return useRequest(
    () =>
      Promise.all(
        runs.map(run => documentText(model.client, run.run_id, kind))
      ),
    [runs.map(run => `${run.run_id} ${run.status}`).join(), kind]
  );
}

async function documentText(
  client: LightflowClient,
  run_id: string,
  kind: string
): Promise<string | null> {
  try {
    return (await client.document(run_id, kind)).text;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) {
      return null;
    }
    throw error;
  }
}
