import * as React from 'react';
import { useExplorer } from './context';
import { FilterInput } from './filterInput';
import { useSignal } from './hooks';

/** Which experiment, which runs, which columns. */
export function SearchBar(props: {
  onColumns: () => void;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs, experiments } = model;
  useSignal(experiments.changed);
  return (
    <div className="jp-Lightflow-searchbar">
      <div className="jp-Lightflow-line">
        <select
          className="jp-Lightflow-input"
          aria-label={trans.__('Experiment')}
          value={runs.query.experiment_id ?? ''}
          onChange={event =>
            void runs.setQuery({ experiment_id: event.target.value || null })
          }
        >
          <option value="">{trans.__('All experiments')}</option>
          {experiments.all.map(experiment => (
            <option
              key={experiment.experiment_id}
              value={experiment.experiment_id}
            >
              {experiment.name} ({experiment.run_count})
            </option>
          ))}
        </select>
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
        <FilterInput
          experiment_id={runs.query.experiment_id}
          onAsk={(filter, text) => void runs.setQuery({ filter, text })}
        />
        <button
          className="jp-Lightflow-button"
          title={trans.__('Choose columns')}
          onClick={props.onColumns}
        >
          {trans.__('Columns')}
        </button>
        <button
          className="jp-Lightflow-button"
          aria-pressed={runs.query.view === 'deleted'}
          title={trans.__('Show deleted runs')}
          onClick={() =>
            void runs.setQuery({
              view: runs.query.view === 'deleted' ? 'active' : 'deleted'
            })
          }
        >
          {trans.__('Trash')}
        </button>
      </div>
      <div className="jp-Lightflow-faint jp-Lightflow-count" role="status">
        {trans._n('%1 run', '%1 runs', runs.total)}
        {model.running > 0 && ` · ${trans.__('%1 running', model.running)}`}
        {model.selection.runs.length > 0 && (
          <>
            {` · ${trans.__('%1 chosen', model.selection.runs.length)} `}
            <button
              className="jp-Lightflow-link"
              onClick={() => model.selection.set([])}
            >
              {trans.__('Clear')}
            </button>
          </>
        )}
      </div>
    </div>
  );
}
