import { showErrorMessage } from '@jupyterlab/apputils';
import * as React from 'react';
import type { Run } from '../api';
import { useExplorer } from './context';

/** What else can be done with a run; each is offered where it makes sense. */
export interface IRunAction {
  label: string;
  isFor: (run: Run) => boolean;
  execute: (run: Run) => Promise<void>;
}

export function RunActions(props: { run: Run }): React.ReactElement | null {
  const { runActions, trans } = useExplorer();
  const { run } = props;
  const actions = runActions.filter(action => action.isFor(run));
  if (actions.length === 0) {
    return null;
  }
  const attempt = async (action: IRunAction): Promise<void> => {
    try {
      await action.execute(run);
    } catch (error) {
      await showErrorMessage(
        trans.__('That did not work'),
        error instanceof Error ? error.message : String(error)
      );
    }
  };
  return (
    <div
      className="jp-Lightflow-actions"
      role="group"
      aria-label={trans.__('What to do with the run')}
    >
      {actions.map(action => (
        <button
          key={action.label}
          className="jp-Lightflow-link"
          onClick={() => void attempt(action)}
        >
          {action.label}
        </button>
      ))}
    </div>
  );
}

const MARK_TAG = 'lightflow.reproduction';

/** Whether the run was had again: ✔ or ✖; nothing where nobody has tried. */
export function ReproductionMark(props: { run: Run }): React.ReactElement {
  const { trans } = useExplorer();
  switch (props.run.tags[MARK_TAG]) {
    case 'reproduced':
      return (
        <span className="jp-Lightflow-mark" title={trans.__('Reproduced')}>
          ✔ {trans.__('reproduced')}
        </span>
      );
    case 'differs':
    case 'failed':
      return (
        <span
          className="jp-Lightflow-mark"
          title={trans.__('It came out otherwise when it was run again')}
        >
          ✖ {trans.__('not reproduced')}
        </span>
      );
    default:
      return <></>;
  }
}
