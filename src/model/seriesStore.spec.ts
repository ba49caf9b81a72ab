import type { ISeriesQuery, LightflowClient, Series } from '../api';
import { append, MAX_POINTS, SeriesStore } from './seriesStore';

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

/** A store of long series; remembers what was asked for. */
function watched(): { store: SeriesStore; asked: ISeriesQuery[] } {
  const asked: ISeriesQuery[] = [];
  const client = {
    series: (query: ISeriesQuery) => {
      asked.push(query);
      return Promise.resolve({
        series: query.run_ids.map(run_id => ({
          ...SERIES,
          run_id,
          downsampled: true
        })),
        seq: 1
      });
    }
  } as unknown as LightflowClient;
  return {
    store: new SeriesStore(client, { subscribe: () => undefined }),
    asked
  };
}

async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
  await new Promise(resolve => setTimeout(resolve));
}

describe('SeriesStore', () => {
  it('loads only what joins a chart', async () => {
    const { store, asked } = watched();
    const before = store.watch(['a', 'b'], 'loss');
    await settled();
    before.dispose();
    store.watch(['a', 'b', 'c'], 'loss');
    await settled();
    expect(asked.map(query => query.run_ids)).toEqual([['a', 'b'], ['c']]);
    expect(store.get('a', 'loss')).not.toBeNull();
  });

  it('forgets what nobody watches', async () => {
    const { store } = watched();
    store.watch(['a'], 'loss').dispose();
    await settled();
    expect(store.get('a', 'loss')).toBeNull();
  });

  it('thins out many lines more than few, until they are few', async () => {
    const { store, asked } = watched();
    const run_ids = Array.from({ length: 100 }, (_, number) => `run-${number}`);
    const many = store.watch(run_ids, 'loss');
    await settled();
    store.watch(['run-0'], 'loss');
    many.dispose();
    await settled();
    expect(
      asked.map(({ run_ids, max_points }) => [run_ids.length, max_points])
    ).toEqual([
      [100, 200],
      [1, MAX_POINTS]
    ]);
  });
});
