import { formatNumber, formatSeconds, runColor } from '../charts';
import { decodeNumber } from '../api';
import {
  differingFirst,
  differs,
  metricRows,
  paramRows,
  paramText,
  recordRows,
  type ICompareRow
} from './comparison';
import type { IViewDocument, IViewRun } from './document';
import { element } from './dom';
import type { IViewState } from './state';

const MISSING = '–';

export function header(run: IViewRun, now_ms: number): HTMLElement {
  const seconds = Math.max(0, (run.end_time ?? now_ms) - run.start_time) / 1000;
  const status = element('span', 'jp-Lightflow-status', '●');
  status.dataset.status = run.status;
  const line = element(
    'div',
    'jp-Lightflow-head',
    status,
    element('b', '', run.run_name),
    element(
      'span',
      'jp-Lightflow-faint',
      `${run.status.toLowerCase()} · ${formatSeconds(seconds)}`
    )
  );
  if (run.error) {
    line.append(
      element(
        'pre',
        'jp-Lightflow-message',
        `${run.error.type}: ${run.error.message}`
      )
    );
  }
  return line;
}

/** What is known of one run: params, then metrics. */
export function facts(run: IViewRun): HTMLElement {
  const table = element('table', 'jp-Lightflow-matrix');
  const rows = [
    ...run.params.map(param => [param.key, paramText(param)]),
    ...run.metrics.map(metric => [
      metric.key,
      formatNumber(decodeNumber(metric.last))
    ])
  ];
  for (const [key, text] of rows) {
    table.append(
      element('tr', '', element('th', '', key), element('td', '', text))
    );
  }
  return element('div', 'jp-Lightflow-scroll', table);
}

/** A column for each run; metrics with their distance from the baseline. */
export function matrix(view: IViewDocument, state: IViewState): HTMLElement {
  const { runs } = view;
  const baseline = Math.max(
    0,
    runs.findIndex(run => run.run_id === state.baseline_id)
  );
  const table = element('table', 'jp-Lightflow-matrix', head(runs, baseline));
  const sections: [string, ICompareRow[]][] = [
    ['Params', paramRows(runs)],
    ['Metrics (last)', metricRows(runs, baseline)],
    ['Tags', recordRows(runs.map(run => run.tags))],
    ['Datasets', recordRows(runs.map(run => run.datasets))],
    ['Packages', recordRows(runs.map(run => run.packages))],
    [
      'Artifacts (bytes)',
      recordRows(
        runs.map(run =>
          Object.fromEntries(
            (run.artifacts ?? []).map(one => [one.path, String(one.size_bytes)])
          )
        )
      )
    ]
  ];
  for (const [title, rows] of sections) {
    if (rows.length > 0) {
      table.append(section(title, rows, runs.length, state));
    }
  }
  return element('div', 'jp-Lightflow-scroll', table);
}

function head(runs: readonly IViewRun[], baseline: number): HTMLElement {
  const names = element('tr', '', element('td', ''));
  const states = element('tr', '', element('th', '', 'State'));
  const verdicts = element('tr', '', element('th', '', 'Verdict'));
  runs.forEach((run, index) => {
    const dot = element('span', 'jp-Lightflow-dot');
    dot.style.background = runColor(run.run_id);
    const name = element('th', '', dot, run.run_name);
    name.title = run.run_id;
    if (index === baseline && runs.length > 1) {
      name.append(element('span', 'jp-Lightflow-faint', 'baseline'));
    }
    names.append(name);
    states.append(element('td', '', run.status));
    verdicts.append(
      element('td', 'jp-Lightflow-verdict', run.verdict ?? MISSING)
    );
  });
  const rows = [names, states];
  if (runs.some(run => run.verdict)) {
    rows.push(verdicts);
  }
  return element('thead', '', ...rows);
}

function section(
  title: string,
  rows: readonly ICompareRow[],
  columns: number,
  state: IViewState
): HTMLElement {
  const shown = rows.filter(row => !state.differences || differs(row));
  const equal = rows.length - shown.length;
  const heading = element('th', '', title);
  heading.colSpan = columns + 1;
  if (equal > 0) {
    heading.append(element('span', 'jp-Lightflow-faint', `${equal} equal`));
  }
  const body = element(
    'tbody',
    '',
    element('tr', 'jp-Lightflow-section', heading)
  );
  for (const row of state.order === 'key' ? shown : differingFirst(shown)) {
    const line = element(
      'tr',
      differs(row) ? 'jp-mod-differs' : '',
      element('th', '', row.key)
    );
    row.cells.forEach((text, index) => {
      const cell = element('td', '', text === '' ? MISSING : text);
      if (row.deltas[index]) {
        cell.append(element('span', 'jp-Lightflow-faint', row.deltas[index]));
      }
      line.append(cell);
    });
    body.append(line);
  }
  return body;
}
