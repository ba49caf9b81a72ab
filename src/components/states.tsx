import { copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { useExplorer } from './context';
import type { RunStatus } from '../api';
import { statusSign } from '../model';

const EXAMPLE = 'import lightflow_jlab as lf';
const TRACKED = `%%track first-run learning_rate=0.1
for step in range(100):
    lf.log_metric("loss", 1 / (1 + learning_rate * step))`;

/** Nothing recorded yet: how to begin. */
export function EmptyState(): React.ReactElement {
  const { trans, insertCode } = useExplorer();
  const insert = (): void => {
    insertCode?.(EXAMPLE);
    insertCode?.(TRACKED);
  };
  return (
    <div className="jp-Lightflow-state">
      <h3>{trans.__('No runs yet')}</h3>
      <p>
        {trans.__(
          'Put %1 on the cell that trains. Its metrics are drawn here, live.',
          '%%track'
        )}
      </p>
      <Cell code={EXAMPLE} />
      <Cell code={TRACKED} />
      {insertCode && (
        <button className="jp-Lightflow-button jp-mod-accept" onClick={insert}>
          {trans.__('Insert into the notebook')}
        </button>
      )}
    </div>
  );
}

/** A cell to be copied; a line that begins with %% has to be the first of its own. */
function Cell(props: { code: string }): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <div className="jp-Lightflow-snippet">
      <pre>{props.code}</pre>
      <button
        className="jp-Lightflow-tool"
        title={trans.__('Copy')}
        aria-label={trans.__('Copy')}
        onClick={() => void navigator.clipboard.writeText(props.code)}
      >
        <copyIcon.react tag="span" height="16px" width="16px" />
      </button>
    </div>
  );
}

export function Hint(props: { children: React.ReactNode }): React.ReactElement {
  return <div className="jp-Lightflow-state jp-mod-hint">{props.children}</div>;
}

export function LoadingState(): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <div
      className="jp-Lightflow-state"
      role="status"
      aria-label={trans.__('Loading')}
    >
      {[70, 90, 55, 80].map((width, index) => (
        <div
          key={index}
          className="jp-Lightflow-skeleton"
          style={{ width: `${width}%` }}
        />
      ))}
    </div>
  );
}

export function ErrorState(props: {
  error: Error;
  onRetry?: () => void;
}): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <div className="jp-Lightflow-state jp-mod-error" role="alert">
      <pre className="jp-Lightflow-message">{props.error.message}</pre>
      {props.onRetry && (
        <button className="jp-Lightflow-button" onClick={props.onRetry}>
          {trans.__('Try again')}
        </button>
      )}
    </div>
  );
}

export function StatusSign(props: { status: RunStatus }): React.ReactElement {
  return (
    <span
      className="jp-Lightflow-status"
      data-status={props.status}
      title={props.status}
      role="img"
      aria-label={props.status}
    >
      {statusSign(props.status)}
    </span>
  );
}
