import type { LightflowClient, Run, RunPage } from '../api';
import { MAX_PAGES, PAGE_SIZE } from './pages';
import { RunList } from './runList';

const TOTAL = 250;

function pageOf(runs: Run[], total: number, offset: number): RunPage {
  return {
    runs,
    total,
    matched: total,
    more_exist: false,
    child_counts: {},
    attempt_counts: {},
    offset,
    seq: 1
  };
}

function run(number: number): Run {
  return {
    run_id: `run-${number}`,
    run_name: `run-${number}`,
    lifecycle_stage: 'active'
  } as Run;
}

/** A server with so many runs; remembers which offsets were asked for. */
function listed(total = TOTAL): { list: RunList; offsets: number[] } {
  const offsets: number[] = [];
  const client = {
    runs: (_: unknown, offset: number, limit: number): Promise<RunPage> => {
      offsets.push(offset);
      const length = Math.max(0, Math.min(limit, total - offset));
      const runs = Array.from({ length }, (_, index) => run(offset + index));
      return Promise.resolve(pageOf(runs, total, offset));
    }
  } as unknown as LightflowClient;
  return { list: new RunList(client), offsets };
}

async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

describe('RunList', () => {
  it('loads the page that is looked at, once', async () => {
    const { list, offsets } = listed();
    await list.refresh();
    void list.show(PAGE_SIZE, PAGE_SIZE + 20);
    void list.show(PAGE_SIZE + 5, PAGE_SIZE + 25);
    await settled();
    expect(offsets).toEqual([0, PAGE_SIZE]);
    expect(list.at(PAGE_SIZE)?.run_id).toBe(`run-${PAGE_SIZE}`);
    expect(list.at(2 * PAGE_SIZE)).toBeUndefined();
  });

  it('forgets what is far from sight, but not where it begins', async () => {
    const pages = MAX_PAGES + 5;
    const { list } = listed(pages * PAGE_SIZE);
    await list.refresh();
    for (let page = 1; page < pages; page++) {
      await list.show(page * PAGE_SIZE, page * PAGE_SIZE + 20);
    }
    expect(list.loaded()).toHaveLength(MAX_PAGES * PAGE_SIZE);
    expect(list.at(0)?.run_id).toBe('run-0');
    expect(list.at(PAGE_SIZE)).toBeUndefined();
    expect(list.at((pages - 1) * PAGE_SIZE)).toBeDefined();
    expect(list.sample()).toHaveLength(PAGE_SIZE);
    await list.show(0, pages * PAGE_SIZE - 1);
    expect(list.loaded()).toHaveLength(pages * PAGE_SIZE);
  });

  it('replaces a run that changes in its place', async () => {
    const { list, offsets } = listed();
    await list.refresh();
    list.apply([{ ...run(3), run_name: 'renamed' }], []);
    expect(list.at(3)?.run_name).toBe('renamed');
    expect(offsets).toEqual([0]);
  });

  it('loads what is shown again when a run comes', async () => {
    jest.useFakeTimers();
    const { list, offsets } = listed();
    await list.refresh();
    list.apply([run(9999)], []);
    await jest.advanceTimersByTimeAsync(1000);
    jest.useRealTimers();
    expect(offsets).toEqual([0, 0]);
  });

  it('keeps the answer to the newest of two questions', async () => {
    const waiting: ((page: RunPage) => void)[] = [];
    const client = {
      runs: () => new Promise<RunPage>(resolve => waiting.push(resolve))
    } as unknown as LightflowClient;
    const list = new RunList(client);
    const page = (number: number): RunPage => pageOf([run(number)], 1, 0);
    const first = list.setQuery({ text: 'a' });
    const second = list.setQuery({ text: 'b' });
    waiting[1](page(2));
    waiting[0](page(1));
    await Promise.all([first, second]);
    expect(list.at(0)?.run_id).toBe('run-2');
  });

  it('tells an error and forgets it with the next answer', async () => {
    let broken = true;
    const client = {
      runs: () =>
        broken
          ? Promise.reject(new Error('The store is damaged.'))
          : Promise.resolve(pageOf([], 0, 0))
    } as unknown as LightflowClient;
    const list = new RunList(client);
    await list.refresh();
    expect([list.state, list.error?.message]).toEqual([
      'error',
      'The store is damaged.'
    ]);
    broken = false;
    await list.refresh();
    expect([list.state, list.error]).toEqual(['ready', null]);
  });
});
