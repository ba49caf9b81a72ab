import type { IRunQuery } from '../api';
import type { RunList } from './runList';
import {
  isFilterBegun,
  isMlflowSorted,
  mlflowFilter,
  PLAIN_VIEW,
  Table
} from './table';

function asking(): { table: Table; asked: Partial<IRunQuery>[] } {
  const asked: Partial<IRunQuery>[] = [];
  const runs = {
    setQuery: (query: Partial<IRunQuery>) => {
      asked.push(query);
      return Promise.resolve();
    }
  } as unknown as RunList;
  return { table: new Table(runs), asked };
}

describe('Table', () => {
  it('asks with words, and with a filter where one is written', () => {
    const { table, asked } = asking();
    table.set({ search: 'large steps ' });
    table.set({ search: 'metrics.loss < 0.1 OR params.lr = 1' });
    table.set({ statuses: ['FAILED', 'CRASHED'] });
    expect(asked.map(query => [query.text, query.filter])).toEqual([
      ['large steps', ''],
      ['', '(metrics.loss < 0.1 OR params.lr = 1)'],
      [
        '',
        "(metrics.loss < 0.1 OR params.lr = 1) AND status IN ('FAILED', 'CRASHED')"
      ]
    ]);
  });

  it('knows a filter that is only begun from words', () => {
    for (const begun of ['params.', 'metrics.loss', 'a = 1 AND tags.te ']) {
      expect(isFilterBegun(begun)).toBe(true);
    }
    for (const other of ['resnet', 'metrics', 'params.lr = 1', 'v1.2 tags']) {
      expect(isFilterBegun(other)).toBe(false);
    }
  });

  it('asks an MLflow server in its grammar', () => {
    expect(mlflowFilter('', [])).toBe('');
    expect(mlflowFilter('params.lr = "1"', ['RUNNING', 'STALLED'])).toBe(
      'params.lr = "1"' +
        ['SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']
          .map(one => ` AND status != '${one}'`)
          .join('')
    );
  });

  it('sorts by what an MLflow server has a column for', () => {
    const sorted = ['metrics.loss', 'params.a b', 'tags.x', 'start_time'];
    const others = ['duration', 'attempt', 'source_name', 'metrics'];
    expect([...sorted, ...others].filter(isMlflowSorted)).toEqual(sorted);
  });

  it('asks only when the answer may be another', () => {
    const { table, asked } = asking();
    table.set({ columns: ['params.lr'] });
    table.set({ pinned: ['params.lr'], aggregate: 'mean' });
    table.setMetrics(['loss']);
    expect(asked).toEqual([]);
    table.set({ group_by: 'params.lr' });
    table.setMetrics(['loss', 'accuracy']);
    expect(asked).toHaveLength(2);
  });

  it('sorts by a column, turns the order, and ends it', () => {
    const { table, asked } = asking();
    for (let click = 0; click < 3; click++) {
      table.sortBy('metrics.loss');
    }
    expect(asked.map(query => query.order_by)).toEqual([
      ['metrics.`loss` ASC'],
      ['metrics.`loss` DESC'],
      []
    ]);
  });

  it('comes back as it was kept, unless something else was kept', () => {
    const { table } = asking();
    table.set({ search: 'a', group_by: 'cell' });
    table.remember('a');
    const kept = JSON.parse(JSON.stringify(table.state)) as unknown;
    const other = asking().table;
    expect(other.restore(kept)).toBe(true);
    expect(other.state).toEqual(table.state);
    for (const strange of [undefined, null, {}, { view: { search: '' } }]) {
      expect(asking().table.restore(strange)).toBe(false);
    }
    expect(asking().table.view).toEqual(PLAIN_VIEW);
  });
});
