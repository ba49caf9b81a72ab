import type { Metric, Run } from '../api';
import { differingFirst, metricRows, recordRows } from './comparison';

function run(metrics: Record<string, Metric['last']>): Run {
  return {
    metrics: Object.entries(metrics).map(([key, last]) => ({ key, last }))
  } as unknown as Run;
}

describe('metricRows', () => {
  it('tells how far each run is from the baseline', () => {
    const [row] = metricRows(
      [run({ loss: 0.5 }), run({ loss: 0.25 }), run({ loss: 0.75 })],
      1
    );
    expect(row.cells).toEqual(['0.5', '0.25', '0.75']);
    expect(row.deltas).toEqual(['+0.25', '', '+0.5']);
  });

  it('tells no distance from or to what is not there or no number', () => {
    const rows = metricRows([run({ loss: 'NaN' }), run({ loss: 1, f1: 1 })], 0);
    expect(rows.map(row => row.deltas)).toEqual([
      ['', ''],
      ['', '']
    ]);
  });
});

it('rows that differ come first, each part by its names', () => {
  const rows = recordRows([
    { numpy: '2.4', pip: '25', zstd: '1' },
    { numpy: '1.26', pip: '25' }
  ]);
  expect(differingFirst(rows).map(row => [row.key, row.cells])).toEqual([
    ['numpy', ['2.4', '1.26']],
    ['zstd', ['1', '']],
    ['pip', ['25', '25']]
  ]);
});
