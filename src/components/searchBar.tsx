import * as React from 'react';
import type { RunStatus } from '../api';
import { BulkBar } from './bulkBar';
import { ColumnsButton } from './columnChooser';
import { Editable, useExplorer } from './context';
import { FilterInput } from './filterInput';
import { GroupButton } from './groupSheet';
import { useSignal } from './hooks';
import { trashIcon } from './icons';
import { SourceChoice } from './sourceChoice';
import { ViewsButton } from './viewSheet';

interface ISearchBarProps {
  /** The columns that are shown. */
  columns: readonly string[];
  onTrash: () => void;
}

/** Which experiment, which runs, how they are shown, and what can be done with the chosen. */
export function SearchBar(props: ISearchBarProps): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs, table } = model;
  const counted = runs.moreExist
    ? trans.__('more than %1 runs', runs.total - 1)
    : trans._n('%1 run', '%1 runs', runs.total);
  const { experiment_id, search, statuses } = table.view;
  // What is running is counted over all experiments.
  const all =
    experiment_id === null && search.trim() === '' && statuses.length === 0;
  return (
    <div className="jp-Lightflow-searchbar">
      <SourceChoice />
      <div className="jp-Lightflow-line">
        <ExperimentChoice />
        <span
          className="jp-Lightflow-live"
          data-state={model.connection}
          title={
            model.connection === 'connected'
              ? trans.__('Live')
              : trans.__('Not connected')
          }
        />
      </div>
      <div className="jp-Lightflow-line">
        <FilterInput />
      </div>
      <div className="jp-Lightflow-line jp-Lightflow-tools">
        <StateChips />
        <span className="jp-Lightflow-toolset">
          <Editable>
            <GroupButton />
          </Editable>
          <ColumnsButton shown={props.columns} />
          <Editable>
            <>
              <ViewsButton />
              <button
                className="jp-Lightflow-tool"
                title={trans.__('Trash')}
                aria-label={trans.__('Trash')}
                onClick={props.onTrash}
              >
                <trashIcon.react tag="span" height="16px" width="16px" />
              </button>
            </>
          </Editable>
        </span>
      </div>
      {model.selection.count === 0 ? (
        <div className="jp-Lightflow-count" role="status">
          {counted}
          {all &&
            model.running > 0 &&
            ` · ${trans.__('%1 running', model.running)}`}
          {table.view.group_by &&
            ` · ${trans._n('%1 row', '%1 rows', runs.rowCount)}`}
        </div>
      ) : (
        <BulkBar />
      )}
    </div>
  );
}

export function ExperimentChoice(): React.ReactElement {
  const { model, trans } = useExplorer();
  const { table, experiments } = model;
  useSignal(experiments.changed);
  return (
    <select
      className="jp-Lightflow-input"
      aria-label={trans.__('Experiment')}
      value={table.view.experiment_id ?? ''}
      onChange={event =>
        table.set({ experiment_id: event.target.value || null })
      }
    >
      <option value="">{trans.__('All experiments')}</option>
      {experiments.all.map(experiment => (
        <option key={experiment.experiment_id} value={experiment.experiment_id}>
          {experiment.name}
          {experiment.run_count !== null && ` (${experiment.run_count})`}
        </option>
      ))}
    </select>
  );
}

/** Only runs of some states, by one click. */
function StateChips(): React.ReactElement {
  const { model, trans } = useExplorer();
  const { table } = model;
  const { statuses } = table.view;
  const chips: [string, RunStatus[]][] = [
    [trans.__('Running'), ['RUNNING', 'STALLED', 'SCHEDULED']],
    [trans.__('Failed'), ['FAILED', 'CRASHED', 'KILLED']],
    [trans.__('Finished'), ['FINISHED']]
  ];
  return (
    <span
      className="jp-Lightflow-stateChips"
      role="group"
      aria-label={trans.__('States')}
    >
      {chips.map(([title, these]) => {
        const on = these.every(one => statuses.includes(one));
        return (
          <button
            key={title}
            className="jp-Lightflow-stateChip"
            aria-pressed={on}
            onClick={() =>
              table.set({
                statuses: on
                  ? statuses.filter(one => !these.includes(one))
                  : [...statuses, ...these]
              })
            }
          >
            {title}
          </button>
        );
      })}
    </span>
  );
}
