import type { Run } from '../../api';
import { rankCorrelationRatio, spearman } from '../../charts';
import { valueIds, valueOf } from './values';

export const LEAST_RUNS = 3;

export interface IImportance {
  id: string;
  /** −1 … 1 for numbers (Spearman's ρ), 0 … 1 for words (η of the ranks). */
  strength: number;
  words: boolean;
  /** Runs that have both the param and the metric. */
  count: number;
}

/**
 * How strongly a metric goes with each param over some runs, the strongest first. Each param is looked
 * at alone: params that were changed together can't be told apart, and none of it shows a cause.
 */
export function importances(
  runs: readonly Run[],
  metric: string
): IImportance[] {
  const found: IImportance[] = [];
  for (const id of valueIds(runs).params) {
    const pairs = runs.flatMap(run => {
      const param = valueOf(run, id);
      const value = valueOf(run, metric);
      return param === null || typeof value !== 'number'
        ? []
        : [{ param, value }];
    });
    if (
      pairs.length < LEAST_RUNS ||
      new Set(pairs.map(pair => pair.param)).size < 2
    ) {
      continue;
    }
    const values = pairs.map(pair => pair.value);
    const words = pairs.some(pair => typeof pair.param === 'string');
    found.push({
      id,
      words,
      count: pairs.length,
      strength: words
        ? rankCorrelationRatio(
            pairs.map(pair => String(pair.param)),
            values
          )
        : spearman(
            pairs.map(pair => Number(pair.param)),
            values
          )
    });
  }
  return found.sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength));
}
