import { treeViewIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { keyOfColumn, type Aggregate } from './columns';
import { useExplorer } from './context';
import { useRequest } from './hooks';
import { PopoverButton } from './popover';

/** How runs stand together: in groups, under their parents, attempts folded. */
export function GroupButton(): React.ReactElement {
  const { model, trans } = useExplorer();
  const { group_by, folded } = model.table.view;
  return (
    <PopoverButton
      icon={treeViewIcon}
      title={trans.__('Group and nest')}
      pressed={group_by !== '' || folded}
    >
      {close => <GroupSheet onClose={close} />}
    </PopoverButton>
  );
}

function GroupSheet(props: { onClose: () => void }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { table } = model;
  const { view } = table;
  const { data } = useRequest(
    () => model.client.runKeys(view.experiment_id),
    [view.experiment_id]
  );
  const attributes: [string, string][] = [
    ['cell', trans.__('Cell')],
    ['parent', trans.__('Parent')],
    ['experiment', trans.__('Experiment')],
    ['status', trans.__('State')],
    ['user_id', trans.__('User')],
    ['source_name', trans.__('Notebook')]
  ];
  const keys: [string, string, readonly string[]][] = [
    ['params', trans.__('Params'), data?.params ?? []],
    ['tags', trans.__('Tags'), data?.tags ?? []]
  ];
  const known = attributes.some(([id]) => id === view.group_by);
  return (
    <>
      <label className="jp-Lightflow-field">
        {trans.__('Group by')}
        <select
          className="jp-Lightflow-input"
          autoFocus
          value={view.group_by}
          onChange={event => table.set({ group_by: event.target.value })}
        >
          <option value="">{trans.__('Nothing')}</option>
          {attributes.map(([id, title]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          {!known && !data && view.group_by && (
            <option value={view.group_by}>{keyOfColumn(view.group_by)}</option>
          )}
          {keys.map(
            ([kind, title, found]) =>
              found.length > 0 && (
                <optgroup key={kind} label={title}>
                  {found.map(key => (
                    <option key={key} value={`${kind}.${key}`}>
                      {key}
                    </option>
                  ))}
                </optgroup>
              )
          )}
        </select>
      </label>
      <label className="jp-Lightflow-field">
        {trans.__('A group shows')}
        <select
          className="jp-Lightflow-input"
          value={view.aggregate}
          onChange={event =>
            table.set({ aggregate: event.target.value as Aggregate })
          }
        >
          <option value="range">{trans.__('the range of each metric')}</option>
          <option value="min">{trans.__('the minimum')}</option>
          <option value="max">{trans.__('the maximum')}</option>
          <option value="mean">{trans.__('the mean')}</option>
        </select>
      </label>
      <label className="jp-Lightflow-check">
        <input
          type="checkbox"
          checked={view.nested}
          onChange={event => table.set({ nested: event.target.checked })}
        />
        {trans.__('Children stand under their parent')}
      </label>
      <label className="jp-Lightflow-check">
        <input
          type="checkbox"
          checked={view.folded}
          onChange={event => table.set({ folded: event.target.checked })}
        />
        {trans.__('Fold the attempts of a cell')}
      </label>
      <button
        className="jp-Lightflow-button jp-mod-accept"
        onClick={props.onClose}
      >
        {trans.__('Done')}
      </button>
    </>
  );
}
