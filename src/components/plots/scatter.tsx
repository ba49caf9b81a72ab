import * as React from 'react';
import type { Run } from '../../api';
import { runColor } from '../../charts';
import { useExplorer } from '../context';
import { Choice } from './choice';
import { Figure, tickText } from './figure';
import { runsCsv } from './runsCsv';
import { axisOf, axisScale, keyOf, tellingMetric, valueIds } from './values';

const LEFT = 58;
const BOTTOM = 40;
const EDGE = 12;

/** Each run as a dot, by any two of its values. */
export function Scatter(props: { runs: readonly Run[] }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs } = props;
  const { params, metrics } = valueIds(runs);
  const [chosen_x, setX] = React.useState('');
  const [chosen_y, setY] = React.useState('');
  const all = [...params, ...metrics];
  const x_id = all.includes(chosen_x) ? chosen_x : differing(runs, params);
  const y_id = all.includes(chosen_y)
    ? chosen_y
    : tellingMetric(runs, metrics) || params[0];
  const groups = [
    { title: trans.__('Params'), ids: params },
    { title: trans.__('Metrics (last)'), ids: metrics }
  ];
  const x = axisOf(runs, x_id ?? '');
  const y = axisOf(runs, y_id ?? '');
  return (
    <>
      <div className="jp-Lightflow-toolbar">
        <Choice
          label={trans.__('Across')}
          value={x.id}
          groups={groups}
          onChoose={setX}
        />
        <Choice
          label={trans.__('Up')}
          value={y.id}
          groups={groups}
          onChoose={setY}
        />
      </div>
      <Figure
        title={trans.__('%1 by %2', keyOf(y.id), keyOf(x.id))}
        csv={() => runsCsv(runs, [x.id, y.id])}
        height_px={width => Math.min(420, Math.max(220, width * 0.6))}
      >
        {(width, theme) => {
          const height = Math.min(420, Math.max(220, width * 0.6));
          const across = axisScale(x, [LEFT, width - EDGE], width / 90);
          const up = axisScale(y, [height - BOTTOM, EDGE], 6);
          return (
            <>
              {up.ticks.map(tick => (
                <g key={`y${tick}`}>
                  <path
                    d={`M${LEFT},${up.place(tick)}H${width - EDGE}`}
                    stroke={theme.grid}
                  />
                  <text x={LEFT - 6} y={up.place(tick) + 4} textAnchor="end">
                    {tickText(y, tick)}
                  </text>
                </g>
              ))}
              {across.ticks.map(tick => (
                <g key={`x${tick}`}>
                  <path
                    d={`M${across.place(tick)},${EDGE}V${height - BOTTOM}`}
                    stroke={theme.grid}
                  />
                  <text
                    x={across.place(tick)}
                    y={height - BOTTOM + 15}
                    textAnchor="middle"
                  >
                    {tickText(x, tick)}
                  </text>
                </g>
              ))}
              <text
                x={(LEFT + width - EDGE) / 2}
                y={height - 6}
                textAnchor="middle"
              >
                {keyOf(x.id)}
                {x.log ? ` (${trans.__('log')})` : ''}
              </text>
              {runs.map((run, index) => {
                const cx = across.place(x.values[index] ?? NaN);
                const cy = up.place(y.values[index] ?? NaN);
                return Number.isNaN(cx) || Number.isNaN(cy) ? null : (
                  <circle
                    key={run.run_id}
                    className="jp-Lightflow-dotmark"
                    cx={cx}
                    cy={cy}
                    r={model.selection.has(run.run_id) ? 6 : 4.5}
                    fill={runColor(run.run_id)}
                    fillOpacity={0.8}
                    stroke={theme.background}
                    onClick={() => model.selection.focus(run)}
                  >
                    <title>
                      {`${run.run_name}\n${keyOf(x.id)}: ${tickText(x, x.values[index] ?? NaN)}\n${keyOf(y.id)}: ${tickText(y, y.values[index] ?? NaN)}`}
                    </title>
                  </circle>
                );
              })}
            </>
          );
        }}
      </Figure>
    </>
  );
}

/** The first param whose values differ. */
function differing(
  runs: readonly Run[],
  params: readonly string[]
): string | undefined {
  return (
    params.find(id => new Set(axisOf(runs, id).values).size > 1) ?? params[0]
  );
}
