import type { Series } from '../api';
import { append } from './seriesStore';

const SERIES: Series = {
  run_id: 'a',
  key: 'loss',
  steps: [0, 1],
  values: [1, 0.5],
  times: [10, 11],
  count: 2,
  total: 2,
  downsampled: false
};

function delta(start: number, steps: number[]): Parameters<typeof append>[1] {
  return {
    run_id: 'a',
    key: 'loss',
    start,
    steps,
    values: steps.map(step => step / 10),
    times: steps
  };
}

describe('append', () => {
  it('adds the points that follow', () => {
    expect(append(SERIES, delta(2, [2, 3]))).toEqual({
      ...SERIES,
      steps: [0, 1, 2, 3],
      values: [1, 0.5, 0.2, 0.3],
      times: [10, 11, 2, 3],
      count: 4,
      total: 4
    });
  });

  it('adds only what is new of points that were sent twice', () => {
    expect(append(SERIES, delta(1, [1, 2]))?.steps).toEqual([0, 1, 2]);
  });

  it('asks for the whole where points between are missing', () => {
    expect(append(SERIES, delta(3, [4]))).toBeNull();
  });

  it('asks for the whole where steps go back', () => {
    expect(append(SERIES, delta(2, [0]))).toBeNull();
  });
});
