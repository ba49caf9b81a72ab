import { tableRowsIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { RunKeys } from '../api';
import { ATTRIBUTES, column, differingParams } from './columns';
import { useExplorer } from './context';
import { useRequest } from './hooks';
import { PopoverButton } from './popover';
import { ErrorState, LoadingState } from './states';

/** More than these are found by typing. */
const MAX_SHOWN = 200;

/** Which params, metrics, tags and attributes are columns of the table. */
export function ColumnsButton(props: {
  shown: readonly string[];
}): React.ReactElement {
  const { model, trans } = useExplorer();
  return (
    <PopoverButton
      icon={tableRowsIcon}
      title={trans.__('Columns')}
      pressed={model.table.view.columns !== null}
    >
      {close => <ColumnChooser shown={props.shown} onClose={close} />}
    </PopoverButton>
  );
}

function ColumnChooser(props: {
  shown: readonly string[];
  onClose: () => void;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { table } = model;
  const { shown } = props;
  const { experiment_id } = table.view;
  const [search, setSearch] = React.useState('');
  const { data, error } = useRequest(
    () => model.client.runKeys(experiment_id),
    [experiment_id]
  );
  const differing = new Set(differingParams(model.runs.sample()));
  const found = data
    ? idsOf(data, differing, shown).filter(id =>
        `${id} ${column(id, trans).title}`
          .toLowerCase()
          .includes(search.toLowerCase())
      )
    : [];
  const choose = (id: string, on: boolean): void =>
    table.set({
      columns: on ? [...shown, id] : shown.filter(one => one !== id)
    });
  return (
    <>
      <input
        className="jp-Lightflow-input"
        type="search"
        autoFocus
        placeholder={trans.__('Find a column')}
        aria-label={trans.__('Find a column')}
        value={search}
        onChange={event => setSearch(event.target.value)}
      />
      {error && <ErrorState error={error} />}
      {!data && !error && <LoadingState />}
      {data && (
        <div className="jp-Lightflow-choices">
          {found.slice(0, MAX_SHOWN).map(id => (
            <label key={id} className="jp-Lightflow-check">
              <input
                type="checkbox"
                checked={shown.includes(id)}
                onChange={event => choose(id, event.target.checked)}
              />
              <span className="jp-Lightflow-nameText">
                {id.includes('.') ? id : column(id, trans).title}
              </span>
              {differing.has(id) && (
                <small className="jp-Lightflow-auto">
                  {trans.__('differs')}
                </small>
              )}
            </label>
          ))}
          {found.length > MAX_SHOWN && (
            <span className="jp-Lightflow-faint">
              {trans.__('%1 more: type to find them', found.length - MAX_SHOWN)}
            </span>
          )}
        </div>
      )}
      <button
        className="jp-Lightflow-button"
        disabled={found.length === 0}
        onClick={() =>
          table.set({ columns: [...new Set([...shown, ...found])] })
        }
      >
        {trans.__('Show all')}
      </button>
      <button
        className="jp-Lightflow-button"
        onClick={() => table.set({ columns: null })}
      >
        {trans.__('Choose for me')}
      </button>
      <button
        className="jp-Lightflow-button jp-mod-accept"
        onClick={props.onClose}
      >
        {trans.__('Done')}
      </button>
    </>
  );
}

/** What is shown in its order, what differs, then the rest. */
function idsOf(
  keys: RunKeys,
  differing: ReadonlySet<string>,
  shown: readonly string[]
): string[] {
  return [
    ...new Set([
      ...shown,
      ...differing,
      ...keys.metrics.map(key => `metrics.${key}`),
      ...keys.params.map(key => `params.${key}`),
      ...keys.tags.map(key => `tags.${key}`),
      ...ATTRIBUTES
    ])
  ];
}
