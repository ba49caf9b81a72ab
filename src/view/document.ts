import type {
  Artifact,
  Metric,
  Param,
  RunError,
  RunStatus,
  Series
} from '../api';

export const VIEW_MEDIA_TYPE = 'application/vnd.lightflow.view+json';

/** What a card or a comparison is drawn from; made by `lightflow_jlab/widgets/document.py`, too. */
export interface IViewDocument {
  version: number;
  kind: 'run' | 'comparison';
  runs: IViewRun[];
  series: Series[];
  /** The run that the others are held against; the first where it is missing. */
  baseline_id?: string;
  /** Sentences on the run, each a line of its own; cards of an early version have none. */
  notes?: string[];
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
  tags?: Record<string, string>;
  /** By name and use: digest and shape. */
  datasets?: Record<string, string>;
  packages?: Record<string, string>;
  artifacts?: Pick<Artifact, 'path' | 'size_bytes'>[];
  /** Whether it can be had again by running its notebook, in words. */
  verdict?: string | null;
  /** The cells that it stood on: its own first, then the others as they were executed. */
  cells?: ICodeCell[];
}

export interface ICodeCell {
  /** Empty where it is not known. */
  cell_id: string;
  execution_count: number | null;
  source: string;
}
