import type { LightflowClient, Run, RunGroups, RunPage } from '../api';
import type { Row } from './branch';
import { RunList } from './runList';

function run(run_id: string): Run {
  return {
    run_id,
    run_name: run_id,
    lifecycle_stage: 'active',
    status: 'FINISHED'
  } as Run;
}

const UNDER: Record<string, string[]> = { b: ['b1', 'b2'], b2: ['b2x'] };

/** A server with the runs a, b, c; what stands under b and b2; and the groups 1 and 2. */
function listed(): RunList {
  const page = (names: string[]): RunPage => ({
    runs: names.map(run),
    total: names.length,
    matched: 6,
    more_exist: false,
    child_counts: Object.fromEntries(
      names.flatMap(name => (UNDER[name] ? [[name, UNDER[name].length]] : []))
    ),
    attempt_counts: {},
    offset: 0,
    seq: 1
  });
  const client = {
    runs: (query: { below?: string; group?: { value: string } }) =>
      Promise.resolve(
        page(
          query.below
            ? UNDER[query.below]
            : query.group
              ? [`in ${query.group.value}`]
              : ['a', 'b', 'c']
        )
      ),
    runGroups: (): Promise<RunGroups> =>
      Promise.resolve({
        groups: ['1', '2'].map(value => ({
          value,
          label: value,
          run_count: 1,
          last_start_time: 0,
          metrics: []
        })),
        total: 2,
        matched: 2,
        offset: 0,
        seq: 1
      })
  } as unknown as LightflowClient;
  return new RunList(client);
}

function told(row: Row | undefined): string {
  if (!row) {
    return '…';
  }
  const name =
    row.kind === 'run' ? row.run.run_name : `group ${row.group.label}`;
  return `${'  '.repeat(row.level)}${name}`;
}

function shown(list: RunList): string[] {
  return Array.from({ length: list.rowCount }, (_, at) => told(list.row(at)));
}

async function toggle(list: RunList, at: number): Promise<void> {
  const row = list.row(at);
  if (row) {
    list.toggle(row);
  }
  await new Promise(resolve => setTimeout(resolve));
}

describe('The rows of the table', () => {
  it('are opened and closed where they stand', async () => {
    const list = listed();
    await list.refresh();
    expect(shown(list)).toEqual(['a', 'b', 'c']);
    await toggle(list, 1);
    expect(shown(list)).toEqual(['a', 'b', '  b1', '  b2', 'c']);
    await toggle(list, 3);
    const all = ['a', 'b', '  b1', '  b2', '    b2x', 'c'];
    expect(shown(list)).toEqual(all);
    expect(all.map(name => list.rowOf(name.trim()))).toEqual([
      0, 1, 2, 3, 4, 5
    ]);
    expect(list.loaded().map(one => one.run_id)).toEqual(
      all.map(name => name.trim())
    );
    expect([list.rowCount, list.total]).toEqual([6, 6]);
    await toggle(list, 1);
    expect(shown(list)).toEqual(['a', 'b', 'c']);
    await toggle(list, 1);
    expect(shown(list)).toEqual(all);
  });

  it('stay open when everything is loaded again', async () => {
    const list = listed();
    await list.refresh();
    await toggle(list, 1);
    await list.refresh();
    expect(shown(list)).toEqual(['a', 'b', '  b1', '  b2', 'c']);
  });

  it('are groups, and the runs of those that are opened', async () => {
    const list = listed();
    await list.refresh();
    await list.setQuery({}, { by: 'params.lr', metrics: [] });
    expect(shown(list)).toEqual(['group 1', 'group 2']);
    await toggle(list, 0);
    expect(shown(list)).toEqual(['group 1', '  in 1', 'group 2']);
    await list.setQuery({}, { by: '', metrics: [] });
    expect(shown(list)).toEqual(['a', 'b', 'c']);
  });

  it('of a parent that is running are open by themselves, until it is closed', async () => {
    const list = listed();
    await list.refresh();
    list.apply([{ ...run('b'), status: 'RUNNING' }], []);
    await new Promise(resolve => setTimeout(resolve));
    expect(shown(list)).toEqual(['a', 'b', '  b1', '  b2', 'c']);
    await toggle(list, 1);
    expect(shown(list)).toEqual(['a', 'b', 'c']);
  });
});
