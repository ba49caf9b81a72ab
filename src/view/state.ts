import type { Range } from '../charts';

/** What the user has set in a view. */
export interface IViewState {
  x: 'step' | 'relative' | 'time';
  smoothing: number;
  log_x: boolean;
  log_y: boolean;
  robust: boolean;
  differences: boolean;
  /** Rows by their keys, or those that differ first. */
  order: 'key' | 'differing';
  baseline_id: string;
  zoom: Range | null;
}
