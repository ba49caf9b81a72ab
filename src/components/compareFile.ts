import type { LightflowClient, Series } from '../api';
import { standalonePage, type IViewDocument, type IViewRun } from '../view';

const MAX_CHARTS = 60;
const MAX_POINTS = 500;
const VERSION = 2;

/** The whole comparison as one HTML file that needs no server; its charts hold up to 500 points a line. */
export async function comparisonFile(
  client: LightflowClient,
  runs: IViewRun[],
  baseline_id: string
): Promise<Blob> {
  const { default: template } =
    await import('../../lightflow_jlab/static/comparison.txt');
  const view: IViewDocument = {
    version: VERSION,
    kind: 'comparison',
    runs,
    series: await curves(client, runs),
    baseline_id
  };
  return new Blob([standalonePage(template, view)], { type: 'text/html' });
}

/** Of the metrics that have more than one point, those of most runs first. */
async function curves(
  client: LightflowClient,
  runs: readonly IViewRun[]
): Promise<Series[]> {
  const counts = new Map<string, number>();
  for (const run of runs) {
    for (const { key, count } of run.metrics) {
      if (count !== 1) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  const keys = [...counts.keys()].sort(
    (a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a.localeCompare(b)
  );
  const found: Series[] = [];
  for (const key of keys.slice(0, MAX_CHARTS)) {
    const { series } = await client.series({
      run_ids: runs.map(run => run.run_id),
      key,
      max_points: MAX_POINTS
    });
    found.push(...series.filter(one => one.steps.length > 0));
  }
  return found;
}
