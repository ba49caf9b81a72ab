import * as React from 'react';
import { useExplorer } from './context';
import { useSignal } from './hooks';

const TYPING_MS = 250;
/** `metrics.loss < 0.1` is a filter; everything else is looked for as text. */
const FILTER =
  /(^|[\s(])(metrics?|params?|parameters?|tags?|attributes?|attr|status|run_name|run_id|start_time|end_time|duration|user_id)\S*\s*([<>=!]|like\b|ilike\b|in\b|not\b|is\b|between\b)/i;

/** Which experiment, which runs, which columns. */
export function SearchBar(props: {
  onColumns: () => void;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { runs, experiments } = model;
  useSignal(experiments.changed);
  const [text, setText] = React.useState('');
  const first = React.useRef(true);
  React.useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const timer = setTimeout(() => {
      const isFilter = FILTER.test(text);
      void runs.setQuery({
        filter: isFilter ? text : '',
        text: isFilter ? '' : text.trim()
      });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [runs, text]);
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
        <input
          className="jp-Lightflow-input"
          type="search"
          value={text}
          placeholder={trans.__('Search, or metrics.loss < 0.1')}
          aria-label={trans.__('Search runs')}
          onChange={event => setText(event.target.value)}
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
