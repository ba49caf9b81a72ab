import * as React from 'react';
import { decodeNumber, type Run, type Series } from '../api';
import { LineChart, runColor, type IChartSeries, type XKind } from '../charts';
import { useExplorer } from './context';
import { useFrequentSignal, useRequest } from './hooks';

export interface IChartSettings {
  x_kind: XKind;
  log_y: boolean;
  smoothing: number;
}

interface IChartTileProps {
  metricKey: string;
  runs: readonly Run[];
  settings: IChartSettings;
}

const ZOOMED_POINTS = 2000;

/** One metric of the chosen runs. Watches its points while it is in the page. */
export function ChartTile(props: IChartTileProps): React.ReactElement {
  const { model, trans, chartDefaults } = useExplorer();
  const { metricKey, runs, settings } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const chart = React.useRef<LineChart | null>(null);
  const [zoom, setZoom] = React.useState<readonly [number, number] | null>(
    null
  );
  const run_ids = runs.map(run => run.run_id);
  const ids = run_ids.join();
  useFrequentSignal(model.series.changed, key => key === metricKey);

  React.useEffect(() => {
    const watching = model.series.watch(run_ids, metricKey);
    return () => watching.dispose();
  }, [model, ids, metricKey]);

  const zoomed = zoom !== null && settings.x_kind === 'step';
  const detail = useRequest(
    async () =>
      zoomed
        ? (
            await model.client.series({
              run_ids,
              key: metricKey,
              max_points: ZOOMED_POINTS,
              window: zoom
            })
          ).series
        : null,
    [ids, metricKey, zoomed, zoom?.[0], zoom?.[1]]
  );

  React.useEffect(() => {
    if (host.current === null) {
      return;
    }
    const made = new LineChart(host.current, {
      title: metricKey,
      x_label: trans.__('step'),
      x_kind: settings.x_kind,
      log_y: settings.log_y,
      smoothing: settings.smoothing,
      height_px: chartDefaults.height_px,
      sync_key: `lightflow-${settings.x_kind}`,
      onZoom: setZoom
    });
    chart.current = made;
    return () => {
      chart.current = null;
      made.dispose();
    };
  }, [
    settings.x_kind,
    settings.log_y,
    settings.smoothing,
    chartDefaults.height_px
  ]);

  const found = runs.flatMap(run => {
    const series =
      detail.data?.find(one => one.run_id === run.run_id) ??
      model.series.get(run.run_id, metricKey);
    return series && series.steps.length > 0 ? [{ run, series }] : [];
  });
  React.useEffect(() => {
    chart.current?.setSeries(
      found.map(({ run, series }) => chartSeries(run, series, settings.x_kind))
    );
  });

  const shown = found.reduce((sum, { series }) => sum + series.steps.length, 0);
  const count = found.reduce((sum, { series }) => sum + series.count, 0);
  const error = runs
    .map(run => model.series.error(run.run_id, metricKey))
    .find(Boolean);
  return (
    <figure
      className="jp-Lightflow-chart"
      data-metric={metricKey}
      data-points={count}
    >
      <figcaption>
        <b>{metricKey}</b>
        {shown < count && (
          <span className="jp-Lightflow-faint">
            {trans.__(
              '%1 of %2 points',
              shown.toLocaleString(),
              count.toLocaleString()
            )}
          </span>
        )}
        {zoom && (
          <button className="jp-Lightflow-link" onClick={() => setZoom(null)}>
            {trans.__('Show all')}
          </button>
        )}
      </figcaption>
      {error && <div className="jp-Lightflow-message">{error.message}</div>}
      <div
        ref={host}
        key={zoom === null ? 'whole' : 'part'}
        style={{ minHeight: 40 }}
      />
    </figure>
  );
}

function chartSeries(run: Run, series: Series, x_kind: XKind): IChartSeries {
  return {
    id: run.run_id,
    label: run.run_name,
    color: runColor(run.run_id),
    x: xOf(run, series, x_kind),
    y: series.values.map(value => {
      const number = decodeNumber(value);
      return Number.isFinite(number) ? number : null;
    })
  };
}

function xOf(run: Run, series: Series, x_kind: XKind): readonly number[] {
  switch (x_kind) {
    case 'step':
      return series.steps;
    case 'time':
      return series.times;
    case 'relative':
      return series.times.map(time => (time - run.start_time) / 1000);
  }
}
