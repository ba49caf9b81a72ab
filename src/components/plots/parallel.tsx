import * as React from 'react';
import type { Run } from '../../api';
import { runColor, type Range } from '../../charts';
import { useExplorer } from '../context';
import { Hint } from '../states';
import { Figure, tickText } from './figure';
import { runsCsv } from './runsCsv';
import { axisOf, axisScale, keyOf, valueIds, type IAxis } from './values';

const HEIGHT_PX = 260;
const TOP = 34;
const BOTTOM = 14;
const SIDE = 46;
const AXIS_PX = 74;
const BRUSH_PX = 9;
/** A shorter drag is a click, which takes the brush away. */
const LEAST_DRAG_PX = 4;

/** Each run as a line across its params and metrics. Dragging along an axis picks the runs there. */
export function Parallel(props: { runs: readonly Run[] }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs } = props;
  const [brushes, setBrushes] = React.useState<Record<string, Range | null>>(
    {}
  );
  const [left_out, setLeftOut] = React.useState<readonly string[]>([]);
  const possible = React.useMemo(() => axesOf(runs), [runs]);
  const axes = possible.filter(axis => !left_out.includes(axis.id));
  const inside = runs.filter((_, index) =>
    axes.every(axis => isWithin(axis.values[index], brushes[axis.id] ?? null))
  );
  if (possible.length < 2) {
    return (
      <Hint>
        {trans.__('Runs that differ in params or metrics are needed.')}
      </Hint>
    );
  }
  const brushed = axes.some(axis => brushes[axis.id]);
  return (
    <>
      <div className="jp-Lightflow-toolbar">
        <details className="jp-Lightflow-axes">
          <summary>{trans.__('Axes: %1', axes.length)}</summary>
          {possible.map(axis => (
            <label key={axis.id}>
              <input
                type="checkbox"
                checked={!left_out.includes(axis.id)}
                onChange={event =>
                  setLeftOut(
                    event.target.checked
                      ? left_out.filter(id => id !== axis.id)
                      : [...left_out, axis.id]
                  )
                }
              />
              {keyOf(axis.id)}
            </label>
          ))}
        </details>
        <span role="status">
          {trans.__('%1 of %2 runs', inside.length, runs.length)}
        </span>
        {brushed && (
          <>
            <button
              className="jp-Lightflow-button"
              disabled={inside.length === 0}
              onClick={() => {
                model.selection.set(inside);
                setBrushes({});
              }}
            >
              {trans.__('Tick these')}
            </button>
            <button
              className="jp-Lightflow-button"
              onClick={() => setBrushes({})}
            >
              {trans.__('All again')}
            </button>
          </>
        )}
      </div>
      <Figure
        title={trans.__('Parallel coordinates')}
        csv={() =>
          runsCsv(
            inside,
            axes.map(axis => axis.id)
          )
        }
        height_px={() => HEIGHT_PX}
        least_width_px={2 * SIDE + (axes.length - 1) * AXIS_PX}
      >
        {(width, theme) => {
          const gap = Math.max(
            AXIS_PX,
            (width - 2 * SIDE) / Math.max(1, axes.length - 1)
          );
          const drawn = axes.map((axis, number) => ({
            axis,
            at: SIDE + number * gap,
            ...axisScale(axis, [HEIGHT_PX - BOTTOM, TOP], 5)
          }));
          const isInside = new Set(inside);
          return (
            <>
              {runs.map((run, index) => {
                const points = drawn.flatMap(({ axis, at, place }) => {
                  const y = place(axis.values[index] ?? NaN);
                  return Number.isNaN(y) ? [] : [`${at},${y}`];
                });
                return (
                  <polyline
                    key={run.run_id}
                    data-run-id={run.run_id}
                    points={points.join(' ')}
                    fill="none"
                    stroke={
                      isInside.has(run) ? runColor(run.run_id) : theme.grid
                    }
                    strokeWidth={isInside.has(run) ? 1.6 : 1}
                    strokeOpacity={isInside.has(run) ? 0.85 : 0.5}
                  >
                    <title>{run.run_name}</title>
                  </polyline>
                );
              })}
              {drawn.map(({ axis, at, ticks, place }, number) => (
                <Axis
                  key={axis.id}
                  axis={axis}
                  at={at}
                  raised={gap < 110 && number % 2 === 1}
                  ticks={ticks}
                  place={place}
                  color={theme.text}
                  brush={brushes[axis.id] ?? null}
                  onBrush={range =>
                    setBrushes(current => ({
                      ...current,
                      [axis.id]: range
                    }))
                  }
                />
              ))}
            </>
          );
        }}
      </Figure>
    </>
  );
}

function Axis(props: {
  axis: IAxis;
  at: number;
  raised: boolean;
  ticks: readonly number[];
  place: (value: number) => number;
  color: string;
  brush: Range | null;
  onBrush: (range: Range | null) => void;
}): React.ReactElement {
  const { trans } = useExplorer();
  const { axis, at, ticks, place, brush } = props;
  const start = React.useRef<number | null>(null);
  const heightOf = (event: React.PointerEvent<SVGElement>): number => {
    const box = event.currentTarget.ownerSVGElement?.getBoundingClientRect();
    return event.clientY - (box?.top ?? 0);
  };
  const drag = (event: React.PointerEvent<SVGElement>): void => {
    if (start.current === null) {
      return;
    }
    const now = heightOf(event);
    if (Math.abs(now - start.current) < LEAST_DRAG_PX) {
      props.onBrush(null);
      return;
    }
    const lower = valueAt(axis, Math.max(now, start.current));
    const upper = valueAt(axis, Math.min(now, start.current));
    props.onBrush([lower, upper]);
  };
  return (
    <g data-axis={axis.id}>
      <text
        x={at}
        y={props.raised ? 11 : 24}
        textAnchor="middle"
        fontWeight="bold"
      >
        <title>{axis.id}</title>
        {short(keyOf(axis.id))}
        {axis.log ? ` (${trans.__('log')})` : ''}
      </text>
      <path d={`M${at},${TOP}V${HEIGHT_PX - BOTTOM}`} stroke={props.color} />
      {ticks.map(tick => (
        <text
          key={tick}
          x={at + 4}
          y={place(tick) + 4}
          stroke="var(--jp-layout-color1)"
          strokeWidth={3}
          paintOrder="stroke"
        >
          {tickText(axis, tick)}
        </text>
      ))}
      {brush && (
        <rect
          x={at - BRUSH_PX}
          width={2 * BRUSH_PX}
          y={place(brush[1])}
          height={Math.max(1, place(brush[0]) - place(brush[1]))}
          fill={props.color}
          fillOpacity={0.25}
          stroke={props.color}
        />
      )}
      <rect
        className="jp-Lightflow-brush"
        x={at - 2 * BRUSH_PX}
        width={4 * BRUSH_PX}
        y={TOP}
        height={HEIGHT_PX - TOP - BOTTOM}
        fill="transparent"
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = heightOf(event);
        }}
        onPointerMove={drag}
        onPointerUp={event => {
          drag(event);
          start.current = null;
        }}
      />
    </g>
  );
}

/** The value at a height, the inverse of the axis' place. */
function valueAt(axis: IAxis, y: number): number {
  const share = (HEIGHT_PX - BOTTOM - y) / (HEIGHT_PX - BOTTOM - TOP);
  const [low, high] = axis.log ? axis.range.map(Math.log10) : axis.range;
  const value = low + Math.min(1, Math.max(0, share)) * (high - low);
  return axis.log ? 10 ** value : value;
}

function isWithin(value: number | null, brush: Range | null): boolean {
  return !brush || (value !== null && value >= brush[0] && value <= brush[1]);
}

const MAX_AXES = 10;

/** Params that differ, then metrics. */
function axesOf(runs: readonly Run[]): IAxis[] {
  const { params, metrics } = valueIds(runs);
  const differing = (ids: readonly string[]): IAxis[] =>
    ids
      .map(id => axisOf(runs, id))
      .filter(
        axis => new Set(axis.values.filter(value => value !== null)).size > 1
      );
  return [
    ...differing(params).slice(0, MAX_AXES - 3),
    ...differing(metrics).slice(0, 3)
  ];
}

function short(text: string): string {
  return text.length > 12 ? `${text.slice(0, 11)}…` : text;
}
