import { decodeNumber, type Metric, type Param } from '../api';
import { formatNumber, formatSeconds, runColor } from '../charts';
import type { IViewDocument, IViewRun } from './document';
import { element } from './dom';

interface IRow {
  key: string;
  cells: string[];
}

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

/** Params and metrics, a column for each run; of params only those that differ, if asked. */
export function tables(view: IViewDocument, differences: boolean): HTMLElement {
  const params = rows(view.runs, run => run.params, paramText);
  const metrics = rows(view.runs, run => run.metrics, metricText);
  const shown = differences ? params.filter(differs) : params;
  const table = element('table', 'jp-Lightflow-matrix');
  if (view.kind === 'comparison') {
    const names = view.runs.map(run => {
      const dot = element('span', 'jp-Lightflow-dot');
      dot.style.background = runColor(run.run_id);
      return element('th', '', dot, run.run_name);
    });
    table.append(element('tr', '', element('th', ''), ...names));
  }
  for (const row of [...shown, ...metrics]) {
    table.append(
      element(
        'tr',
        differs(row) ? 'jp-mod-differs' : '',
        element('th', '', row.key),
        ...row.cells.map(cell => element('td', '', cell))
      )
    );
  }
  const equal = params.length - shown.length;
  const parts = [table as HTMLElement];
  if (equal > 0) {
    parts.push(element('div', 'jp-Lightflow-faint', `${equal} equal`));
  }
  return element('div', 'jp-Lightflow-scroll', ...parts);
}

function rows<T extends { key: string }>(
  runs: readonly IViewRun[],
  of: (run: IViewRun) => readonly T[],
  text: (value: T) => string
): IRow[] {
  const maps = runs.map(
    run => new Map(of(run).map(one => [one.key, text(one)]))
  );
  const keys = [...new Set(maps.flatMap(map => [...map.keys()]))].sort();
  return keys.map(key => ({
    key,
    cells: maps.map(map => map.get(key) ?? MISSING)
  }));
}

function differs(row: IRow): boolean {
  return new Set(row.cells).size > 1;
}

function paramText(param: Param): string {
  return param.value === null ? 'None' : String(param.value);
}

function metricText(metric: Metric): string {
  return formatNumber(decodeNumber(metric.last));
}
