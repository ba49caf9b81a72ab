import * as React from 'react';
import type { Run } from '../api';
import { runColor } from '../charts';
import { differs, type ICompareRow, type IViewRun } from '../view';
import { useExplorer } from './context';
import { formatDuration } from './format';
import { StatusSign } from './states';

/** Runs as columns; what is known of them as rows, in sections. */
export function CompareMatrix(props: {
  runs: readonly Run[];
  views: readonly IViewRun[];
  baseline: number;
  sections: readonly (readonly [string, readonly ICompareRow[]])[];
  all: boolean;
  onBaseline: (run_id: string) => void;
}): React.ReactElement {
  return (
    <div className="jp-Lightflow-scroll">
      <table className="jp-Lightflow-matrix">
        <Head {...props} />
        {props.sections.map(([title, rows]) =>
          rows.length === 0 ? null : (
            <Section
              key={title}
              title={title}
              rows={rows}
              all={props.all}
              runs={props.runs}
            />
          )
        )}
      </table>
    </div>
  );
}

function Head(props: {
  runs: readonly Run[];
  views: readonly IViewRun[];
  baseline: number;
  onBaseline: (run_id: string) => void;
}): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <thead>
      <tr>
        <td />
        {props.runs.map(run => (
          <th
            scope="col"
            key={run.run_id}
            title={`${run.run_name}\n${run.run_id}`}
          >
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
      {props.views.some(view => view.verdict) && (
        <tr>
          <th scope="row">{trans.__('Verdict')}</th>
          {props.views.map(view => (
            <td
              key={view.run_id}
              className="jp-Lightflow-verdict"
              data-told={view.verdict !== undefined || undefined}
              data-clean={view.verdict?.startsWith('Clean') || undefined}
              title={view.verdict ?? undefined}
            >
              {view.verdict?.split('\n')[0] ?? '–'}
            </td>
          ))}
        </tr>
      )}
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
