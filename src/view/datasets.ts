import type { Dataset } from '../api';

/** Data that a run used, by name and use; `lightflow_jlab/widgets/details.py` says it the same way. */
export function datasetRecord(
  datasets: readonly Dataset[]
): Record<string, string> {
  return Object.fromEntries(
    datasets.map(({ name, context, digest, shape }) => [
      name + (context && ` (${context})`),
      digest + (shape && ` (${shape})`)
    ])
  );
}
