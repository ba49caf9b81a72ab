/** One line. `x` grows; a `null` in `y` is a gap (NaN). */
export interface IChartSeries {
  /** Run id: lines of one id have one colour everywhere. */
  id: string;
  label: string;
  color: string;
  x: readonly number[];
  y: readonly (number | null)[];
}

export type XKind = 'step' | 'time' | 'relative';

/** Colours and font of the surrounding page. */
export interface IChartTheme {
  text: string;
  grid: string;
  background: string;
  border: string;
  font: string;
}

export interface IChartOptions {
  title: string;
  x_label: string;
  /** `time`: x in ms since the epoch; `relative`: x in seconds. */
  x_kind: XKind;
  log_y: boolean;
  /** 0 … 0.99: weight of the past in an exponential moving average; the raw line stays, faint. */
  smoothing: number;
  height_px: number;
  /** Charts of one key show their crosshairs at the same x. */
  sync_key?: string;
  /** Called when the user drags over a part of the x axis; `null` when the whole is shown again. */
  onZoom?: (range: readonly [number, number] | null) => void;
}
