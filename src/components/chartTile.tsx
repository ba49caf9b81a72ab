import * as React from 'react';
import type { Run, Series } from '../api';
import {
  chartNotes,
  csvFile,
  LineChart,
  svgFile,
  themeFrom,
  type IChartOptions,
  type IChartSeries,
  type Range
} from '../charts';
import { chartCode } from './chartCode';
import { linesOf, stepsWithin, type IRunSeries } from './chartLines';
import { ChartMenu } from './chartMenu';
import { ChartNotes } from './chartNotes';
import { axisKind, axisMetric, type IChartSettings } from './chartSettings';
import { useExplorer } from './context';
import { useFrequentSignal, useRequest } from './hooks';

interface IChartTileProps {
  metricKey: string;
  runs: readonly Run[];
  settings: IChartSettings;
  zoom: Range | null;
  onZoom: (range: Range | null) => void;
}

const ZOOMED_POINTS = 2000;

/**
 * One metric of the chosen runs. Watches its points while it is in the page. A run whose summaries
 * change, as those of a running one do all the time, is no reason to draw it again.
 */
export const ChartTile = React.memo(Tile, isSameTile);

function isSameTile(one: IChartTileProps, other: IChartTileProps): boolean {
  return (
    one.metricKey === other.metricKey &&
    one.settings === other.settings &&
    one.zoom === other.zoom &&
    one.onZoom === other.onZoom &&
    one.runs.length === other.runs.length &&
    one.runs.every((run, index) => isSameLine(run, other.runs[index]))
  );
}

function isSameLine(one: Run, other: Run): boolean {
  return (
    one.run_id === other.run_id &&
    one.run_name === other.run_name &&
    one.status === other.status &&
    one.params.length === other.params.length
  );
}

function Tile(props: IChartTileProps): React.ReactElement {
  const { model, trans, chartDefaults } = useExplorer();
  const { metricKey, runs, settings, zoom } = props;
  const axisKey = axisMetric(settings);
  const run_ids = runs.map(run => run.run_id);
  const ids = run_ids.join();
  useFrequentSignal(
    model.series.changed,
    key => key === metricKey || key === axisKey
  );
  React.useEffect(() => {
    const keys = axisKey === null ? [metricKey] : [metricKey, axisKey];
    const watching = keys.map(key => model.series.watch(run_ids, key));
    return () => watching.forEach(one => one.dispose());
  }, [model, ids, metricKey, axisKey]);

  const whole = seriesOf(runs, run_id => model.series.get(run_id, metricKey));
  const steps = zoom && stepsWithin(whole, settings, zoom);
  const detail = useDetail(run_ids, metricKey, steps);
  const found =
    zoom === null || detail === null
      ? whole
      : seriesOf(runs, run_id => detail.find(one => one.run_id === run_id));
  const lines = linesOf(found, settings);
  const options: IChartOptions = {
    title: metricKey,
    x_label: axisKey ?? trans.__('step'),
    x_kind: axisKind(settings),
    log_x: settings.log_x,
    log_y: settings.log_y,
    robust: settings.robust,
    smoothing: settings.smoothing,
    height_px: chartDefaults.height_px,
    sync_key: `lightflow-${settings.x}`,
    zoom,
    onZoom: props.onZoom
  };
  const shown = found.reduce((sum, { series }) => sum + series.steps.length, 0);
  const count = whole.reduce((sum, { series }) => sum + series.count, 0);
  const behind = found.reduce((sum, { series }) => sum + series.count, 0);
  const error = runs
    .map(run => model.series.error(run.run_id, metricKey))
    .find(Boolean);
  return (
    <figure
      className="jp-Lightflow-chart"
      data-metric={metricKey}
      data-points={count}
      data-shown={shown}
    >
      <figcaption>
        <b title={metricKey}>{metricKey}</b>
        {shown < behind && (
          <span className="jp-Lightflow-faint">
            {trans.__(
              '%1 of %2 points',
              shown.toLocaleString(),
              behind.toLocaleString()
            )}
          </span>
        )}
        <ChartNotes notes={chartNotes(lines, options)} />
        {zoom && (
          <button
            className="jp-Lightflow-link"
            onClick={() => props.onZoom(null)}
          >
            {trans.__('Show all')}
          </button>
        )}
        <ChartMenu
          title={metricKey}
          svg={() =>
            svgFile(
              lines,
              options,
              themeFrom(
                document.querySelector('.jp-Lightflow') ?? document.body
              )
            )
          }
          csv={() => csvFile(lines, settings.x, metricKey)}
          code={() => chartCode(metricKey, runs, settings)}
        />
      </figcaption>
      {error && <div className="jp-Lightflow-message">{error.message}</div>}
      <Plot lines={lines} options={options} />
    </figure>
  );

  function seriesOf(
    of: readonly Run[],
    get: (run_id: string) => Series | null | undefined
  ): IRunSeries[] {
    return of.flatMap(run => {
      const series = get(run.run_id);
      const axis =
        axisKey === null ? null : model.series.get(run.run_id, axisKey);
      return series && series.steps.length > 0 ? [{ run, series, axis }] : [];
    });
  }
}

/** The points within some steps, thinned out less; null while they are not asked for or not here. */
function useDetail(
  run_ids: readonly string[],
  key: string,
  steps: Range | null
): Series[] | null {
  const { model } = useExplorer();
  const { data } = useRequest(async () => {
    if (steps === null) {
      return null;
    }
    const asked = { run_ids, key, max_points: ZOOMED_POINTS, window: steps };
    return { steps, ...(await model.client.series(asked)) };
  }, [run_ids.join(), key, steps?.[0], steps?.[1]]);
  const current =
    data && steps && data.steps[0] === steps[0] && data.steps[1] === steps[1];
  return current ? data.series : null;
}

function Plot(props: {
  lines: readonly IChartSeries[];
  options: IChartOptions;
}): React.ReactElement {
  const host = React.useRef<HTMLDivElement>(null);
  const chart = React.useRef<LineChart | null>(null);
  React.useEffect(() => {
    if (!host.current) {
      return;
    }
    const made = new LineChart(host.current, props.options);
    chart.current = made;
    return () => made.dispose();
  }, []);
  React.useEffect(() => {
    chart.current?.setOptions(props.options);
    chart.current?.setSeries(props.lines);
  });
  return <div ref={host} style={{ minHeight: props.options.height_px }} />;
}
