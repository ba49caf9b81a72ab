import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import { canOpen, chartedRuns, type Row } from '../model';
import { keyOfColumn, type IColumn } from './columns';
import { useExplorer } from './context';
import type { IMenuAt } from './menu';
import { GroupRow, RunRow } from './runRow';
import { TableHeader } from './tableHeader';
import { keyAction, type TableKey } from './tableKeys';
import { layOut } from './tableLayout';

const ROW_PX = 26;
const OVERSCAN_ROWS = 8;
const OVERSCAN_COLUMNS = 2;
const MINUTE_MS = 60_000;
const SCROLLED = '--jp-lightflow-scrolled';

interface IRunTableProps {
  columns: readonly IColumn[];
  onMenu: (menu: IMenuAt) => void;
  onRowMenu: (row: Row, event: React.MouseEvent) => void;
  /** What is done with a row, or with what is marked, by a key. */
  onKey: (key: TableKey, row: Row) => void;
}

/** The runs, newest first or as sorted; only rows and columns in sight are in the page. */
export function RunTable(props: IRunTableProps): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs, selection, table } = model;
  const { columns } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const client_px = useWidth(scroller);
  const [cursor, setCursor] = React.useState<number | null>(null);
  const anchor = React.useRef<number | null>(null);
  const awaited = React.useRef<number | null>(null);
  const longest = React.useRef(0);
  const opens = React.useRef(false);
  const most = React.useRef(1);
  const focused = React.useRef(-1);

  const rows = useVirtualizer({
    count: runs.rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS
  });
  const items = rows.getVirtualItems();
  most.current = Math.max(most.current, items.length);
  // Elements of rows that went out of sight are used for those that come into it. While they come and
  // go, each stays at its place in the page: moving them there would cost more than making them.
  const elementOf = (index: number): number => index % most.current;
  const drawn = rows.isScrolling
    ? [...items].sort((a, b) => elementOf(a.index) - elementOf(b.index))
    : items;
  const found = drawn.map(item => runs.row(item.index));
  for (const row of found) {
    longest.current = Math.max(longest.current, lengthOf(row));
    opens.current ||= row !== undefined && canOpen(row);
  }
  const layout = React.useMemo(
    () => layOut(columns, table.view.pinned, longest.current, client_px),
    [columns, table.view.pinned, longest.current, client_px]
  );
  const across = useVirtualizer({
    horizontal: true,
    count: layout.columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => layout.columns[index].width_px,
    paddingStart: layout.sticky_px,
    overscan: OVERSCAN_COLUMNS
  });
  React.useLayoutEffect(() => across.measure(), [across, layout]);
  const shown = across.getVirtualItems();

  const first = items.length > 0 ? items[0].index : 0;
  const last = items.length > 0 ? items[items.length - 1].index : 0;
  React.useEffect(
    () => void runs.show(first, last),
    [runs, first, last, runs.rowCount]
  );
  const focusAwaited = (): void => {
    const row = scroller.current?.querySelector<HTMLElement>(
      `[data-row="${awaited.current}"]`
    );
    if (row) {
      awaited.current = null;
      row.focus({ preventScroll: true });
    }
  };
  React.useLayoutEffect(() => {
    // Its element shows another row by now.
    const active = document.activeElement;
    if (
      active instanceof HTMLElement &&
      scroller.current?.contains(active) &&
      rowOf(active) !== focused.current
    ) {
      active.blur();
    }
    // A row that is far away is in the page only after it was scrolled to.
    focusAwaited();
  });

  const charted = new Set(chartedRuns(model).map(run => run.run_id));
  const minute = Math.floor(Date.now() / MINUTE_MS);
  const tabStop =
    cursor !== null && cursor >= first && cursor <= last ? cursor : first;

  const markTo = async (to: number): Promise<void> => {
    const from = anchor.current ?? to;
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    await runs.show(low, high);
    const marked = Array.from({ length: high - low + 1 }, (_, index) =>
      runs.at(low + index)
    ).flatMap(run => run ?? []);
    selection.add(marked);
  };
  const onClick = (event: React.MouseEvent): void => {
    const at = rowOf(event.target);
    const row = runs.row(at);
    if (!row || !(event.target instanceof Element)) {
      return;
    }
    setCursor(at);
    if (row.kind === 'group' || event.target.closest('[data-opens]')) {
      runs.toggle(row);
    } else if (event.shiftKey && anchor.current !== null) {
      event.preventDefault();
      void markTo(at);
    } else if (
      event.target instanceof HTMLInputElement ||
      event.ctrlKey ||
      event.metaKey
    ) {
      anchor.current = at;
      selection.toggle(row.run);
    } else {
      anchor.current = at;
      selection.focus(row.run);
    }
  };
  const onContextMenu = (event: React.MouseEvent): void => {
    const row = runs.row(rowOf(event.target));
    if (row) {
      props.onRowMenu(row, event);
    }
  };
  const goTo = (to: number): void => {
    setCursor(to);
    awaited.current = to;
    rows.scrollToIndex(to);
    focusAwaited();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = rowOf(event.target);
    const row = runs.row(at);
    if (!row) {
      return;
    }
    const page = Math.max(
      1,
      Math.floor((rows.scrollRect?.height ?? 0) / ROW_PX) - 2
    );
    const action = keyAction(event, row, at, runs.rowCount, page);
    if (action === null) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (action.kind === 'go') {
      if (event.shiftKey) {
        anchor.current ??= at;
        void markTo(action.to);
      } else {
        anchor.current = null;
      }
      goTo(action.to);
    } else if (action.kind === 'toggle') {
      runs.toggle(row);
    } else if (action.kind === 'up') {
      const parent = parentOf(at, row.level);
      if (parent !== null) {
        goTo(parent);
      }
    } else if (action.kind === 'mark') {
      anchor.current = at;
      if (row.kind === 'run') {
        selection.toggle(row.run);
      }
    } else if (action.kind === 'key') {
      props.onKey(action.key, row);
    }
  };
  const parentOf = (at: number, level: number): number | null => {
    for (let above = at - 1; above >= 0; above--) {
      const row = runs.row(above);
      if (row && row.level < level) {
        return above;
      }
    }
    return null;
  };

  return (
    <div
      className="jp-Lightflow-table"
      ref={scroller}
      role="treegrid"
      aria-label={trans.__('Runs')}
      aria-multiselectable
      aria-rowcount={runs.rowCount + 1}
      aria-colcount={columns.length + 2}
      onScroll={event => followAcross(event.currentTarget)}
      onFocus={event => (focused.current = rowOf(event.target))}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onKeyDown={onKeyDown}
    >
      <TableHeader
        layout={layout}
        width_px={client_px}
        ids={columns.map(column => column.id)}
        shown={shown}
        onMenu={props.onMenu}
      />
      <div
        role="rowgroup"
        style={{ height: rows.getTotalSize(), width: layout.width_px }}
      >
        <div
          role="presentation"
          className="jp-Lightflow-pane"
          style={{ width: client_px }}
        >
          {drawn.map((item, index) => {
            const row = found[index];
            const key = elementOf(item.index);
            const common = {
              row: item.index,
              top_px: item.start,
              height_px: ROW_PX,
              layout,
              level: row?.level ?? 0,
              opened: row && canOpen(row) ? row.opened : null,
              indented: opens.current,
              entry: item.index === tabStop,
              shown,
              minute,
              trans
            };
            if (row?.kind === 'group') {
              return (
                <GroupRow
                  key={key}
                  {...common}
                  group={row.group}
                  by={keyOfColumn(table.view.group_by)}
                  aggregate={table.view.aggregate}
                />
              );
            }
            const run_id = row?.run.run_id ?? '';
            return (
              <RunRow
                key={key}
                {...common}
                run={row?.run}
                child_count={row?.child_count ?? 0}
                attempt_count={row?.attempt_count ?? 1}
                chosen={selection.has(run_id)}
                charted={charted.has(run_id)}
                focused={selection.focused?.run_id === run_id}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/**
 * What is pinned stands still in the one pane that all rows are in, and the other cells move by what was
 * scrolled. A sticky part in each row would be a layer in each row, which costs twice the time to draw.
 */
function followAcross({ style, scrollLeft }: HTMLElement): void {
  const scrolled = `${scrollLeft}px`;
  // Set again it would have the style of all cells computed, though nothing changed.
  if (style.getPropertyValue(SCROLLED) !== scrolled) {
    style.setProperty(SCROLLED, scrolled);
  }
}

/** The row in which something happened; -1 in the header. */
function rowOf(target: EventTarget): number {
  const row =
    target instanceof Element
      ? target.closest<HTMLElement>('[data-row]')
      : null;
  return Number(row?.dataset.row ?? -1);
}

/** In characters, what the name of a row needs. */
function lengthOf(row: Row | undefined): number {
  if (!row) {
    return 0;
  }
  const more = row.level * 2 + 2;
  return row.kind === 'run'
    ? row.run.run_name.length + more
    : row.group.label.length + more + 6;
}

function useWidth(element: React.RefObject<HTMLElement>): number {
  const [width_px, setWidth] = React.useState(0);
  React.useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) {
      return;
    }
    setWidth(watched.clientWidth);
    const observer = new ResizeObserver(() => setWidth(watched.clientWidth));
    observer.observe(watched);
    return () => observer.disconnect();
  }, [element]);
  return width_px;
}
