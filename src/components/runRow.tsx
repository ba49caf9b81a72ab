import type { VirtualItem } from '@tanstack/react-virtual';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Run } from '../api';
import { runColor } from '../charts';
import type { IColumn } from './columns';
import { StatusSign } from './states';

interface IRunRowProps {
  row: number;
  top_px: number;
  height_px: number;
  width_px: number;
  name_px: number;
  run: Run | undefined;
  chosen: boolean;
  charted: boolean;
  focused: boolean;
  /** Reached by the Tab key; the other rows by arrows. */
  entry: boolean;
  columns: readonly IColumn[];
  /** The columns in sight. */
  shown: readonly VirtualItem[];
  /** Ages are told anew when it changes. */
  minute: number;
  trans: TranslationBundle;
}

/** One run of the table. Drawn again only when something of it changes; the table hears events. */
export const RunRow = React.memo(function RunRow(
  props: IRunRowProps
): React.ReactElement {
  const { run } = props;
  return (
    <div
      className={`jp-Lightflow-row ${props.focused ? 'jp-mod-focused' : ''}`}
      role="row"
      aria-rowindex={props.row + 2}
      aria-selected={props.chosen}
      tabIndex={props.entry ? 0 : -1}
      data-row={props.row}
      data-run-id={run?.run_id}
      style={{
        height: props.height_px,
        width: props.width_px,
        transform: `translateY(${props.top_px}px)`
      }}
    >
      {run && <Pinned {...props} run={run} />}
      {run &&
        props.shown.map(item => {
          const column = props.columns[item.index];
          const text = column.text(run);
          return (
            <span
              key={column.id}
              role="gridcell"
              aria-colindex={item.index + 3}
              className="jp-Lightflow-cell"
              title={text}
              style={{ left: item.start, width: item.size }}
            >
              {text}
            </span>
          );
        })}
    </div>
  );
});

/** What stays in sight however far the table is scrolled to the right. */
function Pinned(props: IRunRowProps & { run: Run }): React.ReactElement {
  const { run, trans } = props;
  return (
    <span className="jp-Lightflow-pinned" style={{ width: props.name_px }}>
      <span role="gridcell" aria-colindex={1} className="jp-Lightflow-choice">
        <input
          type="checkbox"
          readOnly
          checked={props.chosen}
          tabIndex={-1}
          aria-label={trans.__('Compare %1', run.run_name)}
        />
        <span
          className="jp-Lightflow-dot"
          style={{
            background: props.charted ? runColor(run.run_id) : 'transparent'
          }}
        />
      </span>
      <span
        role="gridcell"
        aria-colindex={2}
        className="jp-Lightflow-name"
        title={run.run_name}
      >
        <StatusSign status={run.status} />
        {run.run_name}
        {run.attempt > 1 && (
          <small className="jp-Lightflow-attempt">#{run.attempt}</small>
        )}
      </span>
    </span>
  );
}
