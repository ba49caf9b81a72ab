import * as React from 'react';
import { decodeNumber, type Run } from '../api';
import { formatNumber, runColor } from '../charts';
import { useExplorer } from './context';
import { formatDuration, formatParam } from './format';
import { Hint, StatusSign } from './states';

interface IRow {
  key: string;
  /** One text for each run. */
  cells: string[];
}

/** The chosen runs side by side: what differs, or everything. */
export function CompareTab(): React.ReactElement {
  const { model, trans } = useExplorer();
  const [all, setAll] = React.useState(false);
  const runs = model.selection.runs;
  if (runs.length < 2) {
    return (
      <Hint>
        {trans.__('Tick two or more runs to see what differs between them.')}
      </Hint>
    );
  }
  const sections: [string, IRow[]][] = [
    [trans.__('Params'), paramRows(runs)],
    [trans.__('Metrics (last)'), metricRows(runs)],
    [trans.__('Tags'), tagRows(runs)]
  ];
  return (
    <div className="jp-Lightflow-compare">
      <label className="jp-Lightflow-toolbar">
        <input
          type="checkbox"
          checked={!all}
          onChange={event => setAll(!event.target.checked)}
        />
        {trans.__('Differences only')}
      </label>
      <div className="jp-Lightflow-scroll">
        <table className="jp-Lightflow-matrix">
          <thead>
            <tr>
              <th scope="col" />
              {runs.map(run => (
                <th scope="col" key={run.run_id} title={run.run_id}>
                  <span
                    className="jp-Lightflow-dot"
                    style={{ background: runColor(run.run_id) }}
                  />
                  {run.run_name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{trans.__('State')}</th>
              {runs.map(run => (
                <td key={run.run_id}>
                  <StatusSign status={run.status} />{' '}
                  {formatDuration(run, Date.now())}
                </td>
              ))}
            </tr>
          </tbody>
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
    </div>
  );
}

function Section(props: {
  title: string;
  rows: readonly IRow[];
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
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function differs(row: IRow): boolean {
  return new Set(row.cells).size > 1;
}

export function paramRows(runs: readonly Run[]): IRow[] {
  return rowsOf(runs, run =>
    run.params.map(param => [param.key, formatParam(param)])
  );
}

function metricRows(runs: readonly Run[]): IRow[] {
  return rowsOf(runs, run =>
    run.metrics.map(metric => [
      metric.key,
      formatNumber(decodeNumber(metric.last))
    ])
  );
}

function tagRows(runs: readonly Run[]): IRow[] {
  return rowsOf(runs, run => Object.entries(run.tags));
}

function rowsOf(
  runs: readonly Run[],
  pairs: (run: Run) => [string, string][]
): IRow[] {
  const maps = runs.map(run => new Map(pairs(run)));
  const keys = [...new Set(maps.flatMap(map => [...map.keys()]))].sort();
  return keys.map(key => ({ key, cells: maps.map(map => map.get(key) ?? '') }));
}
