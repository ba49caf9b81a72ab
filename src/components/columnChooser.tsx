import * as React from 'react';
import type { RunKeys } from '../api';
import { useExplorer } from './context';
import { useRequest } from './hooks';
import { ErrorState, LoadingState } from './states';

interface IColumnChooserProps {
  experiment_id: string | null;
  chosen: readonly string[];
  onChoose: (columns: readonly string[] | null) => void;
  onClose: () => void;
}

/** Which params and metrics are columns of the table. */
export function ColumnChooser(props: IColumnChooserProps): React.ReactElement {
  const { model, trans } = useExplorer();
  const [search, setSearch] = React.useState('');
  const { data, error } = useRequest(
    () => model.client.runKeys(props.experiment_id),
    [props.experiment_id]
  );
  return (
    <div
      className="jp-Lightflow-popover"
      role="dialog"
      aria-label={trans.__('Columns')}
      onKeyDown={event => event.key === 'Escape' && props.onClose()}
    >
      <input
        className="jp-Lightflow-input"
        type="search"
        autoFocus
        placeholder={trans.__('Find a column')}
        value={search}
        onChange={event => setSearch(event.target.value)}
      />
      {error && <ErrorState error={error} />}
      {!data && !error && <LoadingState />}
      {data && (
        <div className="jp-Lightflow-choices">
          {idsOf(data)
            .filter(id => id.toLowerCase().includes(search.toLowerCase()))
            .map(id => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={props.chosen.includes(id)}
                  onChange={event =>
                    props.onChoose(
                      event.target.checked
                        ? [...props.chosen, id]
                        : props.chosen.filter(one => one !== id)
                    )
                  }
                />
                {id}
              </label>
            ))}
        </div>
      )}
      <button
        className="jp-Lightflow-button"
        onClick={() => props.onChoose(null)}
      >
        {trans.__('Choose for me')}
      </button>
      <button
        className="jp-Lightflow-button jp-mod-accept"
        onClick={props.onClose}
      >
        {trans.__('Done')}
      </button>
    </div>
  );
}

function idsOf(keys: RunKeys): string[] {
  return [
    ...keys.params.map(key => `params.${key}`),
    ...keys.metrics.map(key => `metrics.${key}`)
  ];
}
