import type { VirtualItem } from '@tanstack/react-virtual';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownIcon,
  caretRightIcon,
  type LabIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Run, RunGroup } from '../api';
import { runColor } from '../charts';
import type { Aggregate } from './columns';
import { StatusSign } from './states';
import { fits, type ITableLayout } from './tableLayout';

const INDENT_PX = 14;

export interface IRowProps {
  row: number;
  top_px: number;
  height_px: number;
  layout: ITableLayout;
  level: number;
  /** What stands under it is shown; null where nothing does. */
  opened: boolean | null;
  /** Some row can be opened: the names of all stand behind the place of its sign. */
  indented: boolean;
  /** Reached by the Tab key; the other rows by arrows. */
  entry: boolean;
  /** The columns in sight. */
  shown: readonly VirtualItem[];
  /** Ages are told anew when it changes. */
  minute: number;
  trans: TranslationBundle;
}

interface IRunRowProps extends IRowProps {
  run: Run | undefined;
  child_count: number;
  attempt_count: number;
  chosen: boolean;
  charted: boolean;
  focused: boolean;
}

/** One run of the table. Drawn again only when something of it changes; the table hears events. */
export const RunRow = React.memo(function RunRow(
  props: IRunRowProps
): React.ReactElement {
  const { run, layout, trans } = props;
  if (run === undefined) {
    return <Line {...props} label={trans.__('Loading')} sticky={null} />;
  }
  return (
    <Line
      {...props}
      className={props.focused ? 'jp-mod-focused' : ''}
      label={run.run_name}
      run_id={run.run_id}
      selected={props.chosen}
      text={column => column.text(run)}
      sticky={
        <>
          <span
            role="gridcell"
            aria-colindex={1}
            className="jp-Lightflow-choice"
          >
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
            style={{ paddingLeft: props.level * INDENT_PX }}
          >
            {props.indented && <Opener opened={props.opened} trans={trans} />}
            <StatusSign status={run.status} />
            <span className="jp-Lightflow-nameText">{run.run_name}</span>
            {props.child_count > 0 && (
              <small
                className="jp-Lightflow-under"
                title={trans._n('%1 child', '%1 children', props.child_count)}
              >
                {props.child_count}
              </small>
            )}
            {props.attempt_count > 1 ? (
              <small
                className="jp-Lightflow-under"
                title={trans.__(
                  '%1 attempts of this cell',
                  props.attempt_count
                )}
              >
                ×{props.attempt_count}
              </small>
            ) : (
              run.attempt > 1 && (
                <small className="jp-Lightflow-attempt">#{run.attempt}</small>
              )
            )}
          </span>
          {layout.pinned.map(column => (
            <PinnedCell key={column.id} width_px={column.width_px}>
              {column.text(run)}
            </PinnedCell>
          ))}
        </>
      }
    />
  );
});

interface IGroupRowProps extends IRowProps {
  group: RunGroup;
  /** What is grouped by, for the person. */
  by: string;
  aggregate: Aggregate;
}

/** A group of runs: what they have in common, how many they are, what their metrics are. */
export const GroupRow = React.memo(function GroupRow(
  props: IGroupRowProps
): React.ReactElement {
  const { group, by, aggregate, layout, trans } = props;
  const value = group.value === null ? trans.__('none') : group.label;
  return (
    <Line
      {...props}
      className="jp-mod-group"
      label={`${by} ${value}`}
      text={column => column.groupText(group, aggregate)}
      sticky={
        <>
          <span
            role="gridcell"
            aria-colindex={2}
            className="jp-Lightflow-name"
            title={`${by} = ${value}`}
          >
            <Opener opened={props.opened} trans={trans} />
            <span className="jp-Lightflow-nameText">
              <span className="jp-Lightflow-by">{by}</span>{' '}
              <span className="jp-Lightflow-ofGroup">{value}</span>
            </span>
            <small
              className="jp-Lightflow-under"
              title={trans._n('%1 run', '%1 runs', group.run_count)}
            >
              {group.run_count}
            </small>
          </span>
          {layout.pinned.map(column => (
            <PinnedCell key={column.id} width_px={column.width_px}>
              {column.groupText(group, aggregate)}
            </PinnedCell>
          ))}
        </>
      }
    />
  );
});

interface ILineProps extends IRowProps {
  className?: string;
  label: string;
  run_id?: string;
  selected?: boolean;
  sticky: React.ReactNode;
  text?: (column: ITableLayout['columns'][number]) => string;
}

function Line(props: ILineProps): React.ReactElement {
  const { layout, text } = props;
  return (
    <div
      className={`jp-Lightflow-row ${props.className ?? ''}`}
      role="row"
      aria-rowindex={props.row + 2}
      aria-level={props.level + 1}
      aria-expanded={props.opened ?? undefined}
      aria-selected={props.selected}
      aria-label={props.label}
      tabIndex={props.entry ? 0 : -1}
      data-row={props.row}
      data-run-id={props.run_id}
      style={{
        height: props.height_px,
        top: props.top_px
      }}
    >
      <span
        className="jp-Lightflow-pinned"
        role="presentation"
        style={{ width: layout.sticky_px }}
      >
        {props.sticky}
      </span>
      {text && (
        <span className="jp-Lightflow-track" role="presentation">
          {props.shown.map(item => {
            const column = layout.columns[item.index];
            const shown = text(column);
            const isWhole = fits(shown, item.size);
            return (
              <span
                key={column.id}
                role="gridcell"
                aria-colindex={item.index + 3 + layout.pinned.length}
                className={
                  isWhole ? 'jp-Lightflow-cell' : 'jp-Lightflow-cell jp-mod-cut'
                }
                title={isWhole ? undefined : shown}
                style={{ left: item.start, width: item.size }}
              >
                {shown}
              </span>
            );
          })}
        </span>
      )}
    </div>
  );
}

function PinnedCell(props: {
  width_px: number;
  children: string;
}): React.ReactElement {
  return (
    <span
      role="gridcell"
      className="jp-Lightflow-pinnedCell"
      title={props.children}
      style={{ width: props.width_px }}
    >
      {props.children}
    </span>
  );
}

function Opener(props: {
  opened: boolean | null;
  trans: TranslationBundle;
}): React.ReactElement {
  const { opened, trans } = props;
  if (opened === null) {
    return <span className="jp-Lightflow-opener" />;
  }
  const icon: LabIcon = opened ? caretDownIcon : caretRightIcon;
  return (
    <span
      className="jp-Lightflow-opener"
      data-opens
      title={opened ? trans.__('Close') : trans.__('Open')}
    >
      <icon.react tag="span" />
    </span>
  );
}
