/** Values that belong to the points of a line: the least and the greatest beside it. */
export interface IBand {
  low: readonly number[];
  high: readonly number[];
}

/** One line. NaN in `y` is a gap; infinities are drawn at the edge. */
export interface IChartSeries {
  /** Run id: lines of one id have one colour everywhere. */
  id: string;
  label: string;
  color: string;
  /** Grows, unless the line is drawn over another metric. */
  x: readonly number[];
  y: readonly number[];
  band?: IBand;
  /** Drawn where the line ends: the sign of a run that did not end well. */
  end_sign?: string;
}

/** `time`: x in ms since the epoch; `relative`: x in seconds. */
export type XKind = 'step' | 'time' | 'relative' | 'metric';

/** Colours and font of the surrounding page. */
export interface IChartTheme {
  text: string;
  grid: string;
  background: string;
  border: string;
  font: string;
}

export type Range = readonly [number, number];

export interface IChartOptions {
  title: string;
  x_label: string;
  x_kind: XKind;
  log_x: boolean;
  log_y: boolean;
  /** Leave values far from the rest outside of the vertical range. */
  robust: boolean;
  /** 0 … 0.99: weight of the past in an exponential moving average; the raw line stays, faint. */
  smoothing: number;
  height_px: number;
  /** Charts of one key show their crosshairs at the same x. */
  sync_key?: string;
  /** The part of the x axis that is shown; all of it where it is missing. */
  zoom?: Range | null;
  /** Called when the user drags over a part of the x axis; `null` when the whole is shown again. */
  onZoom?: (range: Range | null) => void;
}
