import * as React from 'react';
import { LOCAL } from '../model';
import { useExplorer } from './context';
import { useSignal } from './hooks';

/** How often a server is asked while its runs are in sight. */
const ASK_MS = 15_000;

/** Whose runs are shown; nothing where no server is configured. */
export function SourceChoice(): React.ReactElement | null {
  const { sources, model, trans } = useExplorer();
  useSignal(sources.changed);
  React.useEffect(() => void sources.load(), [sources]);
  React.useEffect(() => {
    if (sources.chosen === LOCAL) {
      return;
    }
    const timer = setInterval(() => void model.retry(), ASK_MS);
    return () => clearInterval(timer);
  }, [sources, sources.chosen, model]);
  if (sources.all.length === 0) {
    return null;
  }
  const chosen = sources.all.find(({ name }) => name === sources.chosen);
  return (
    <div className="jp-Lightflow-line">
      <select
        className="jp-Lightflow-input"
        aria-label={trans.__('Source')}
        title={chosen?.uri ?? trans.__('The store of this JupyterLab')}
        value={sources.chosen}
        onChange={event => sources.choose(event.target.value)}
      >
        <option value={LOCAL}>{trans.__('This JupyterLab')}</option>
        {sources.all.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {chosen && (
        <button
          className="jp-Lightflow-link"
          title={trans.__('Ask %1 again', chosen.uri)}
          onClick={() => void model.retry()}
        >
          {trans.__('Refresh')}
        </button>
      )}
    </div>
  );
}
