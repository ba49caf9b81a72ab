import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import type { Run } from '../api';
import { runColor } from '../charts';
import { chartedRuns } from '../model';
import type { IColumn } from './columns';
import { useExplorer } from './context';
import { formatAge, formatDuration } from './format';
import { StatusSign } from './states';

const ROW_PX = 26;
const OVERSCAN_ROWS = 12;

interface IRunTableProps {
  columns: readonly IColumn[];
  sort: { id: string; descending: boolean } | null;
  onSort: (column_id: string) => void;
  onMenu: (run: Run, event: React.MouseEvent) => void;
}

/** The runs, newest first or as sorted; only the rows in sight are in the page. */
export function RunTable(props: IRunTableProps): React.ReactElement {
  const { model, trans } = useExplorer();
  const scroller = React.useRef<HTMLDivElement>(null);
  const { runs, selection } = model;
  const rows = useVirtualizer({
    count: runs.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS
  });
  const items = rows.getVirtualItems();
  const first = items.length > 0 ? items[0].index : 0;
  const last = items.length > 0 ? items[items.length - 1].index : 0;
  React.useEffect(
    () => runs.show(first, last),
    [runs, first, last, runs.total]
  );

  const template = `52px minmax(110px, 1fr) ${props.columns
    .map(column => `${column.width_px}px`)
    .join(' ')} 76px 76px`;
  const width =
    52 + 110 + 152 + props.columns.reduce((sum, one) => sum + one.width_px, 0);
  const onKey = (event: React.KeyboardEvent, row: number): void => {
    const run = runs.at(row);
    if (event.key === ' ' && run) {
      event.preventDefault();
      selection.toggle(run);
    } else if (event.key === 'Enter' && run) {
      selection.focus(run);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      moveFocus(scroller.current, row + (event.key === 'ArrowDown' ? 1 : -1));
    }
  };

  return (
    <div
      className="jp-Lightflow-table"
      ref={scroller}
      role="grid"
      aria-rowcount={runs.total + 1}
    >
      <div
        className="jp-Lightflow-row jp-mod-header"
        role="row"
        style={{ gridTemplateColumns: template, minWidth: width }}
      >
        <span role="columnheader" />
        <Header {...props} id="run_name" title={trans.__('Run')} />
        {props.columns.map(column => (
          <Header
            {...props}
            key={column.id}
            id={column.id}
            title={column.title}
            numeric
          />
        ))}
        <Header
          {...props}
          id="start_time"
          title={trans.__('Started')}
          numeric
        />
        <Header {...props} id="duration" title={trans.__('Took')} numeric />
      </div>
      <div
        style={{
          height: rows.getTotalSize(),
          minWidth: width,
          position: 'relative'
        }}
      >
        {items.map(item => {
          const run = runs.at(item.index);
          return (
            <div
              key={item.key}
              className={`jp-Lightflow-row ${
                run && selection.focused?.run_id === run.run_id
                  ? 'jp-mod-focused'
                  : ''
              }`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={run ? selection.has(run.run_id) : false}
              tabIndex={item.index === first ? 0 : -1}
              data-row={item.index}
              data-run-id={run?.run_id}
              style={{
                gridTemplateColumns: template,
                height: ROW_PX,
                transform: `translateY(${item.start}px)`
              }}
              onClick={() => run && selection.focus(run)}
              onContextMenu={event => run && props.onMenu(run, event)}
              onKeyDown={event => onKey(event, item.index)}
            >
              {run && <Cells run={run} columns={props.columns} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells(props: {
  run: Run;
  columns: readonly IColumn[];
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { run } = props;
  const chosen = model.selection.has(run.run_id);
  const charted =
    chosen || chartedRuns(model).some(one => one.run_id === run.run_id);
  const now = Date.now();
  return (
    <>
      <span role="gridcell" className="jp-Lightflow-choice">
        <input
          type="checkbox"
          checked={chosen}
          aria-label={trans.__('Compare %1', run.run_name)}
          onChange={() => model.selection.toggle(run)}
          onClick={event => event.stopPropagation()}
        />
        <span
          className="jp-Lightflow-dot"
          style={{ background: charted ? runColor(run.run_id) : 'transparent' }}
        />
      </span>
      <span role="gridcell" className="jp-Lightflow-name" title={run.run_name}>
        <StatusSign status={run.status} />
        {run.run_name}
        {run.attempt > 1 && (
          <small className="jp-Lightflow-attempt">#{run.attempt}</small>
        )}
      </span>
      {props.columns.map(column => (
        <span
          key={column.id}
          role="gridcell"
          className="jp-mod-numeric"
          title={column.text(run)}
        >
          {column.text(run)}
        </span>
      ))}
      <span
        role="gridcell"
        className="jp-mod-numeric"
        title={new Date(run.start_time).toLocaleString()}
      >
        {formatAge(trans, run.start_time, now)}
      </span>
      <span role="gridcell" className="jp-mod-numeric">
        {formatDuration(run, now)}
      </span>
    </>
  );
}

interface IHeaderProps extends IRunTableProps {
  id: string;
  title: string;
  numeric?: boolean;
}

function Header(props: IHeaderProps): React.ReactElement {
  const sorted = props.sort?.id === props.id ? props.sort : null;
  const direction = sorted
    ? sorted.descending
      ? 'descending'
      : 'ascending'
    : 'none';
  return (
    <span
      role="columnheader"
      aria-sort={direction}
      className={props.numeric ? 'jp-mod-numeric' : ''}
    >
      <button
        className="jp-Lightflow-sort"
        title={props.title}
        onClick={() => props.onSort(props.id)}
      >
        {props.title}
        {sorted ? (sorted.descending ? ' ↓' : ' ↑') : ''}
      </button>
    </span>
  );
}

function moveFocus(scroller: HTMLElement | null, row: number): void {
  const next = scroller?.querySelector<HTMLElement>(`[data-row="${row}"]`);
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
