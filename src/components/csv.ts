import { decodeNumber, type LightflowClient, type Run } from '../api';
import { formatParam } from './format';

/** What an address may name without being too long for some proxies. */
const RUNS_AT_ONCE = 100;
const ATTRIBUTES = [
  'run_id',
  'run_name',
  'status',
  'user_id',
  'source_name'
] as const;

/** Runs with all their params, last values of metrics and tags, a line for each. */
export async function runsAsCsv(
  client: LightflowClient,
  run_ids: readonly string[]
): Promise<string> {
  const runs: Run[] = [];
  for (let first = 0; first < run_ids.length; first += RUNS_AT_ONCE) {
    const some = run_ids.slice(first, first + RUNS_AT_ONCE);
    runs.push(...(await client.runsById(some)));
  }
  return csvOf(runs);
}

export function csvOf(runs: readonly Run[]): string {
  const lines = runs.map(cellsOf);
  const heads = [...new Set(lines.flatMap(line => [...line.keys()]))];
  return [heads, ...lines.map(line => heads.map(head => line.get(head) ?? ''))]
    .map(cells => cells.map(quoted).join(','))
    .join('\n')
    .concat('\n');
}

function cellsOf(run: Run): Map<string, string> {
  return new Map([
    ...ATTRIBUTES.map((name): [string, string] => [name, run[name]]),
    ['start_time', new Date(run.start_time).toISOString()],
    [
      'end_time',
      run.end_time === null ? '' : new Date(run.end_time).toISOString()
    ],
    ...run.params.map((param): [string, string] => [
      `params.${param.key}`,
      formatParam(param)
    ]),
    ...run.metrics.map((metric): [string, string] => [
      `metrics.${metric.key}`,
      String(decodeNumber(metric.last))
    ]),
    ...Object.entries(run.tags).map(([key, value]): [string, string] => [
      `tags.${key}`,
      value
    ])
  ]);
}

function quoted(text: string): string {
  // A spreadsheet takes what begins so as a formula, which may be somebody else's words.
  const inert =
    /^[=+\-@\t\r]/.test(text) && isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n\r]/.test(inert) ? `"${inert.replace(/"/g, '""')}"` : inert;
}
