import * as React from 'react';
import type { Run } from '../../api';
import { formatNumber, runColor, scale } from '../../charts';
import { useExplorer } from '../context';
import { Hint } from '../states';
import { Choice } from './choice';
import { Figure } from './figure';
import { runsCsv } from './runsCsv';
import { keyOf, tellingMetric, valueIds, valueOf } from './values';

const MAX_BARS = 50;
const BAR_PX = 20;
const NAME_SHARE = 0.32;

/** One metric of each run as bars, the greatest first. */
export function Bars(props: { runs: readonly Run[] }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { metrics } = valueIds(props.runs);
  const [chosen, setChosen] = React.useState('');
  const id = metrics.includes(chosen)
    ? chosen
    : tellingMetric(props.runs, metrics);
  const all = props.runs
    .flatMap(run => {
      const value = valueOf(run, id);
      return typeof value === 'number' ? [{ run, value }] : [];
    })
    .sort((a, b) => b.value - a.value);
  if (all.length === 0) {
    return <Hint>{trans.__('These runs have no metrics (yet).')}</Hint>;
  }
  const bars = all.slice(0, MAX_BARS);
  const low = Math.min(0, ...bars.map(bar => bar.value));
  const high = Math.max(0, ...bars.map(bar => bar.value));
  return (
    <>
      <div className="jp-Lightflow-toolbar">
        <Choice
          label={trans.__('Metric')}
          value={id}
          groups={[{ title: trans.__('Metrics (last)'), ids: metrics }]}
          onChoose={setChosen}
        />
        {all.length > bars.length && (
          <span className="jp-Lightflow-faint">
            {trans.__('The greatest %1 of %2', bars.length, all.length)}
          </span>
        )}
      </div>
      <Figure
        title={keyOf(id)}
        csv={() =>
          runsCsv(
            all.map(bar => bar.run),
            [id]
          )
        }
        height_px={() => bars.length * BAR_PX + 4}
      >
        {width => {
          const left = width * NAME_SHARE;
          const { place } = scale(
            [low, high || 1],
            [left, width - 64],
            false,
            1
          );
          const letters = Math.floor(left / 6.5);
          return bars.map(({ run, value }, index) => (
            <g
              key={run.run_id}
              className="jp-Lightflow-dotmark"
              onClick={() => model.selection.focus(run)}
            >
              <title>{`${run.run_name}: ${value}`}</title>
              <text x={left - 6} y={index * BAR_PX + 14} textAnchor="end">
                {run.run_name.length > letters
                  ? `${run.run_name.slice(0, letters - 1)}…`
                  : run.run_name}
              </text>
              <rect
                x={Math.min(place(0), place(value))}
                y={index * BAR_PX + 3}
                width={Math.max(1, Math.abs(place(value) - place(0)))}
                height={BAR_PX - 6}
                fill={runColor(run.run_id)}
              />
              <text
                x={Math.max(place(0), place(value)) + 4}
                y={index * BAR_PX + 14}
              >
                {formatNumber(value)}
              </text>
            </g>
          ));
        }}
      </Figure>
    </>
  );
}
