import type { VirtualItem } from '@tanstack/react-virtual';
import * as React from 'react';
import type { IColumn } from './columns';
import { useExplorer } from './context';
import { placeOf, type IMenuAt, type MenuItem } from './menu';
import type { ITableLayout } from './tableLayout';

const GROUPABLE = /^(params|tags)\.|^(status|user_id|source_name)$/;

interface ITableHeaderProps {
  layout: ITableLayout;
  width_px: number;
  /** All columns in their order, to move one among them. */
  ids: readonly string[];
  shown: readonly VirtualItem[];
  onMenu: (menu: IMenuAt) => void;
}

/** The heads of the columns: sorted by a click, moved by dragging, the rest by their menu. */
export function TableHeader(props: ITableHeaderProps): React.ReactElement {
  const { trans } = useExplorer();
  const { layout } = props;
  const name: Pick<IColumn, 'id' | 'title'> = {
    id: 'run_name',
    title: trans.__('Run')
  };
  return (
    <div
      className="jp-Lightflow-row jp-mod-header"
      role="row"
      aria-rowindex={1}
      style={{ width: props.width_px }}
    >
      <span
        className="jp-Lightflow-pinned"
        role="presentation"
        style={{ width: layout.sticky_px }}
      >
        <span role="columnheader" className="jp-Lightflow-choice">
          <span className="jp-Lightflow-onlyHeard">{trans.__('Ticked')}</span>
        </span>
        <Head {...props} column={name} className="jp-Lightflow-name" fixed />
        {layout.pinned.map(column => (
          <Head
            {...props}
            key={column.id}
            column={column}
            className="jp-Lightflow-pinnedCell"
            style={{ width: column.width_px }}
          />
        ))}
      </span>
      <span className="jp-Lightflow-track" role="presentation">
        {props.shown.map(item => (
          <Head
            {...props}
            key={layout.columns[item.index].id}
            column={layout.columns[item.index]}
            className="jp-Lightflow-cell jp-mod-cut"
            style={{ left: item.start, width: item.size }}
          />
        ))}
      </span>
    </div>
  );
}

function Head(
  props: ITableHeaderProps & {
    column: Pick<IColumn, 'id' | 'title'>;
    className: string;
    style?: React.CSSProperties;
    /** It is always there, at its place. */
    fixed?: boolean;
  }
): React.ReactElement {
  const { model, trans } = useExplorer();
  const { table } = model;
  const { ids, column, fixed } = props;
  const { sort, pinned } = table.view;
  const sorted = sort?.id === column.id ? sort : null;
  const isPinned = pinned.includes(column.id);
  const move = (id: string, to: number): void => {
    const others = ids.filter(one => one !== id);
    others.splice(Math.max(0, to), 0, id);
    table.set({ columns: others });
  };
  const at = ids.indexOf(column.id);
  const canSort = table.canSortBy(column.id);
  const items = (): MenuItem[] => [
    ...(canSort
      ? ([
          [
            trans.__('Sort ascending'),
            () => table.set({ sort: { id: column.id, descending: false } })
          ],
          [
            trans.__('Sort descending'),
            () => table.set({ sort: { id: column.id, descending: true } })
          ]
        ] as MenuItem[])
      : []),
    ...(GROUPABLE.test(column.id) && !model.isReadOnly
      ? [
          [
            trans.__('Group by %1', column.title),
            () => table.set({ group_by: column.id })
          ] as MenuItem
        ]
      : []),
    ...(fixed
      ? []
      : ([
          ...(canSort ? [null] : []),
          [
            isPinned ? trans.__('Unpin') : trans.__('Pin at the left'),
            () =>
              table.set({
                pinned: isPinned
                  ? pinned.filter(id => id !== column.id)
                  : [...pinned, column.id]
              })
          ],
          [trans.__('Move left'), () => move(column.id, at - 1)],
          [trans.__('Move right'), () => move(column.id, at + 1)],
          [
            trans.__('Hide'),
            () => table.set({ columns: ids.filter(id => id !== column.id) })
          ]
        ] as MenuItem[]))
  ];
  return (
    <span
      role="columnheader"
      aria-sort={
        sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none'
      }
      className={props.className}
      style={props.style}
      draggable={!fixed}
      onDragStart={event => {
        event.dataTransfer.setData(COLUMN_TYPE, column.id);
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragOver={event =>
        event.dataTransfer.types.includes(COLUMN_TYPE) && event.preventDefault()
      }
      onDrop={event => {
        const id = event.dataTransfer.getData(COLUMN_TYPE);
        if (id && id !== column.id) {
          event.preventDefault();
          move(id, fixed ? 0 : at);
        }
      }}
      onContextMenu={event =>
        props.onMenu({ ...placeOf(event), items: items() })
      }
    >
      <button
        className="jp-Lightflow-sort"
        title={
          canSort
            ? column.title
            : trans.__('%1: this server does not sort by it', column.title)
        }
        disabled={!canSort}
        onClick={() => table.sortBy(column.id)}
      >
        <span>{column.title}</span>
        {sorted && <b aria-hidden>{sorted.descending ? '↓' : '↑'}</b>}
      </button>
    </span>
  );
}

const COLUMN_TYPE = 'application/x-lightflow-column';
