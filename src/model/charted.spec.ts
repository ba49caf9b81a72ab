import type { Run } from '../api';
import { chartedRuns } from './charted';
import type { IRunsModel } from './tokens';

function run(run_id: string, start_time: number, status = 'FINISHED'): Run {
  return { run_id, start_time, status } as Run;
}

function model(loaded: Run[], ticked: Run[] = []): IRunsModel {
  return {
    runs: { loaded: () => loaded },
    selection: { runs: ticked }
  } as unknown as IRunsModel;
}

describe('chartedRuns', () => {
  const old = run('a', 1);
  const latest = run('b', 3);
  const running = run('c', 2, 'RUNNING');

  it('shows what was ticked', () => {
    expect(chartedRuns(model([old, latest, running], [old]))).toEqual([old]);
  });

  it('shows what is running while nothing is ticked', () => {
    expect(chartedRuns(model([old, latest, running]))).toEqual([running]);
  });

  it('shows the newest while nothing is running, however the table is sorted', () => {
    expect(chartedRuns(model([old, latest]))).toEqual([latest]);
    expect(chartedRuns(model([latest, old]))).toEqual([latest]);
  });

  it('shows nothing where there is nothing', () => {
    expect(chartedRuns(model([]))).toEqual([]);
  });
});
