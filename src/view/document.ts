import type { Metric, Param, RunError, RunStatus, Series } from '../api';

export const VIEW_MEDIA_TYPE = 'application/vnd.lightflow.view+json';

/** What a card or a comparison is drawn from; made by `lightflow_jlab/widgets/document.py`. */
export interface IViewDocument {
  version: number;
  kind: 'run' | 'comparison';
  runs: IViewRun[];
  series: Series[];
}

export interface IViewRun {
  run_id: string;
  run_name: string;
  status: RunStatus;
  start_time: number;
  end_time: number | null;
  params: Param[];
  metrics: Metric[];
  error: RunError | null;
}
