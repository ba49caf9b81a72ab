import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import type { Run } from '../api';
import { chartedRuns } from '../model';
import type { IColumn } from './columns';
import { useExplorer } from './context';
import { RunRow } from './runRow';

const ROW_PX = 26;
const OVERSCAN_ROWS = 8;
const OVERSCAN_COLUMNS = 2;
const LEAST_NAME_PX = 140;
const MINUTE_MS = 60_000;

export interface ISort {
  id: string;
  descending: boolean;
}

interface IRunTableProps {
  columns: readonly IColumn[];
  sort: ISort | null;
  onSort: (column_id: string) => void;
  onMenu: (run: Run, event: React.MouseEvent) => void;
}

/** The runs, newest first or as sorted; only rows and columns in sight are in the page. */
export function RunTable(props: IRunTableProps): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs, selection } = model;
  const { columns } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: runs.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS
  });
  const values_px = columns.reduce((sum, one) => sum + one.width_px, 0);
  const name_px = Math.max(
    LEAST_NAME_PX,
    (scroller.current?.clientWidth ?? 0) - values_px
  );
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => columns[index].width_px,
    paddingStart: name_px,
    overscan: OVERSCAN_COLUMNS
  });
  React.useLayoutEffect(() => across.measure(), [across, columns, name_px]);

  const items = rows.getVirtualItems();
  const shown = across.getVirtualItems();
  const first = items.length > 0 ? items[0].index : 0;
  const last = items.length > 0 ? items[items.length - 1].index : 0;
  React.useEffect(
    () => runs.show(first, last),
    [runs, first, last, runs.total]
  );

  const charted = new Set(chartedRuns(model).map(run => run.run_id));
  const chosen = new Set(selection.runs.map(run => run.run_id));
  const minute = Math.floor(Date.now() / MINUTE_MS);
  const width_px = name_px + values_px;

  const onClick = (event: React.MouseEvent): void => {
    const run = runs.at(rowOf(event.target));
    if (run && event.target instanceof HTMLInputElement) {
      selection.toggle(run);
    } else if (run) {
      selection.focus(run);
    }
  };
  const onContextMenu = (event: React.MouseEvent): void => {
    const run = runs.at(rowOf(event.target));
    if (run) {
      props.onMenu(run, event);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const row = rowOf(event.target);
    const run = runs.at(row);
    const to = run ? destination(event.key, row, runs.total) : null;
    if (run && event.key === ' ') {
      selection.toggle(run);
    } else if (run && event.key === 'Enter') {
      selection.focus(run);
    } else if (to !== null) {
      rows.scrollToIndex(to);
      requestAnimationFrame(() => focusRow(scroller.current, to));
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    <div
      className="jp-Lightflow-table"
      ref={scroller}
      role="grid"
      aria-label={trans.__('Runs')}
      aria-multiselectable
      aria-rowcount={runs.total + 1}
      aria-colcount={columns.length + 2}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onKeyDown={onKeyDown}
    >
      <div
        className="jp-Lightflow-row jp-mod-header"
        role="row"
        style={{ width: width_px }}
      >
        <span className="jp-Lightflow-pinned" style={{ width: name_px }}>
          <span role="columnheader" className="jp-Lightflow-choice" />
          <Header {...props} id="run_name" title={trans.__('Run')} />
        </span>
        {shown.map(item => (
          <Header
            {...props}
            key={columns[item.index].id}
            id={columns[item.index].id}
            title={columns[item.index].title}
            place={{ left: item.start, width: item.size }}
          />
        ))}
      </div>
      <div
        role="rowgroup"
        style={{
          height: rows.getTotalSize(),
          width: width_px,
          position: 'relative'
        }}
      >
        {items.map(item => {
          const run = runs.at(item.index);
          const run_id = run?.run_id ?? '';
          return (
            <RunRow
              key={item.key}
              row={item.index}
              top_px={item.start}
              height_px={ROW_PX}
              width_px={width_px}
              name_px={name_px}
              run={run}
              chosen={chosen.has(run_id)}
              charted={charted.has(run_id)}
              focused={selection.focused?.run_id === run_id}
              entry={item.index === first}
              columns={columns}
              shown={shown}
              minute={minute}
              trans={trans}
            />
          );
        })}
      </div>
    </div>
  );
}

interface IHeaderProps extends IRunTableProps {
  id: string;
  title: string;
  place?: React.CSSProperties;
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
      className={props.place ? 'jp-Lightflow-cell' : 'jp-Lightflow-name'}
      style={props.place}
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

/** The row in which something happened; -1 in the header. */
function rowOf(target: EventTarget): number {
  const row =
    target instanceof Element
      ? target.closest<HTMLElement>('[data-row]')
      : null;
  return Number(row?.dataset.row ?? -1);
}

/** Where a key leads from a row; null where it leads nowhere. */
function destination(key: string, row: number, total: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(row + 1, total - 1);
    case 'ArrowUp':
      return Math.max(row - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return null;
  }
}

function focusRow(scroller: HTMLElement | null, row: number): void {
  scroller?.querySelector<HTMLElement>(`[data-row="${row}"]`)?.focus();
}
