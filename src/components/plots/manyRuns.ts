import type { Run } from '../../api';
import { useExplorer } from '../context';
import { useRequest } from '../hooks';

const MAX_RUNS = 1000;
const LEAST_TICKED = 2;

/** The ticked runs, or all that the table's filter matches, up to 1,000. */
export function useManyRuns(): {
  runs: readonly Run[] | null;
  ticked: boolean;
  total: number;
  error: Error | null;
} {
  const { model } = useExplorer();
  const chosen = model.selection.runs;
  const ticked = chosen.length >= LEAST_TICKED;
  const { query, total } = model.runs;
  const { data, error } = useRequest(
    async () =>
      ticked ? null : (await model.client.runs(query, 0, MAX_RUNS)).runs,
    [ticked, JSON.stringify(query), total]
  );
  return {
    runs: ticked ? chosen : data,
    ticked,
    total: ticked ? chosen.length : total,
    error
  };
}
