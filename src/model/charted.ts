import type { Run } from '../api';
import type { IRunsModel } from './tokens';

const MAX_RUNNING = 5;

/**
 * The runs whose curves are shown: those that were ticked; while none is, the running ones in sight,
 * else the newest.
 */
export function chartedRuns(
  model: Pick<IRunsModel, 'selection' | 'runs'>
): readonly Run[] {
  if (model.selection.runs.length > 0) {
    return model.selection.runs;
  }
  const loaded = model.runs.loaded();
  const running = loaded.filter(run => run.status === 'RUNNING');
  if (running.length > 0) {
    return running.slice(0, MAX_RUNNING);
  }
  const newest = loaded.reduce<Run | null>(
    (latest, run) =>
      latest === null || run.start_time > latest.start_time ? run : latest,
    null
  );
  return newest === null ? [] : [newest];
}
