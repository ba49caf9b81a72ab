import type { CellRuns, Metric, Run } from '../api';
import { cellChip } from './cellChip';

function run(number: number, fields: Partial<Run> = {}): Run {
  return {
    run_id: `run-${number}`,
    source_name: 'here.ipynb',
    status: 'FINISHED',
    metrics: [],
    ...fields
  } as unknown as Run;
}

function loss(value: number | 'NaN'): Metric[] {
  return [{ key: 'loss', last: value } as unknown as Metric];
}

function known(fields: Partial<CellRuns> = {}): CellRuns {
  return {
    cell_id: 'own',
    runs: [run(1)],
    total: 1,
    stood_on: [
      { cell_id: 'data', digest: 'd' },
      { cell_id: 'own', digest: 'o' }
    ],
    metric: null,
    lower_is_better: null,
    ...fields
  };
}

const NOW = new Map([
  ['own', 'o'],
  ['data', 'd']
]);
const here = (source_name: string): boolean => source_name === 'here.ipynb';

describe('cellChip', () => {
  it('says nothing of a cell without runs, and of one that is no code cell now', () => {
    expect(cellChip(undefined, here, NOW)).toBeNull();
    expect(cellChip(known(), here, new Map())).toBeNull();
  });

  it('tells the last run and the best of those that have the metric', () => {
    const runs = [
      run(4, { metrics: loss(0.3) }),
      run(3, { metrics: loss('NaN') }),
      run(2, { metrics: loss(0.1) }),
      run(1)
    ];
    const chip = cellChip(
      known({ runs, total: 30, metric: 'loss', lower_is_better: true }),
      here,
      NOW
    );
    expect(chip?.last).toEqual({ run: runs[0], value: 0.3 });
    expect(chip?.best).toEqual({ run: runs[2], value: 0.1 });
    expect(chip?.total).toBe(30);
    const higher = known({ runs, metric: 'loss', lower_is_better: false });
    expect(cellChip(higher, here, NOW)?.best?.run).toBe(runs[0]);
    const unknown = known({ runs, metric: 'loss', lower_is_better: null });
    expect(cellChip(unknown, here, NOW)?.best).toBeNull();
  });

  it.each([
    ['none', 'o', 'd'],
    ['cell', 'edited', 'd'],
    ['cell', 'edited', null],
    ['other', 'o', 'edited'],
    ['gone', 'o', null]
  ])('tells edits: %s', (edits, own, data) => {
    const digests = new Map([['own', own]]);
    if (data !== null) {
      digests.set('data', data);
    }
    expect(cellChip(known(), here, digests)?.edits).toBe(edits);
  });

  it.each([
    ['nothing is recorded', null],
    ['the digest of the cell is not kept', [['own', '']]],
    [
      'it stood on a cell without an id',
      [
        ['', 'x'],
        ['own', 'o']
      ]
    ],
    [
      'a digest of another is not kept',
      [
        ['data', ''],
        ['own', 'o']
      ]
    ]
  ])('does not know of edits where %s', (_, versions) => {
    const stood_on =
      versions?.map(([cell_id, digest]) => ({ cell_id, digest })) ?? null;
    expect(cellChip(known({ stood_on }), here, NOW)?.edits).toBe('not known');
  });

  it('holds the last version of a cell that ran twice against the notebook', () => {
    const stood_on = [
      { cell_id: 'data', digest: 'older' },
      { cell_id: 'data', digest: 'd' },
      { cell_id: 'own', digest: 'o' }
    ];
    expect(cellChip(known({ stood_on }), here, NOW)?.edits).toBe('none');
  });

  it('leaves out the runs of another notebook that has the same cell', () => {
    const elsewhere = { source_name: 'original.ipynb' };
    expect(
      cellChip(known({ runs: [run(1, elsewhere)] }), here, NOW)
    ).toBeNull();
    const both = known({ runs: [run(2, elsewhere), run(1)], total: 7 });
    const chip = cellChip(both, here, NOW);
    expect(chip?.runs.map(one => one.run_id)).toEqual(['run-1']);
    expect(chip?.total).toBe(6);
    expect(chip?.edits).toBe('not known');
  });
});
