import type { Run } from '../../api';
import { csvRows } from '../../charts';
import { keyOf, valueOf } from './values';

/** Runs and some of their values as the text of a CSV file. */
export function runsCsv(runs: readonly Run[], ids: readonly string[]): string {
  return csvRows([
    ['id', 'name', ...ids.map(keyOf)],
    ...runs.map(run => [
      run.run_id,
      run.run_name,
      ...ids.map(id => String(valueOf(run, id) ?? ''))
    ])
  ]);
}
