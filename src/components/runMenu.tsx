import {
  InputDialog,
  Notification,
  showErrorMessage
} from '@jupyterlab/apputils';
import * as React from 'react';
import type { Run } from '../api';
import { useExplorer } from './context';

export interface IMenuPlace {
  run: Run;
  left: number;
  top: number;
}

const UNDO_MS = 10_000;

/** What can be done with one run. */
export function RunMenu(props: {
  place: IMenuPlace;
  onClose: () => void;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { run, left, top } = props.place;
  const menu = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    menu.current?.querySelector('button')?.focus();
    const close = (event: Event): void => {
      if (!(
        event.target instanceof Node && menu.current?.contains(event.target)
      )) {
        props.onClose();
      }
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, []);

  const attempt = async (action: () => Promise<void>): Promise<void> => {
    props.onClose();
    try {
      await action();
    } catch (error) {
      await showErrorMessage(
        trans.__('That did not work'),
        error instanceof Error ? error.message : String(error)
      );
    }
  };
  const rename = async (): Promise<void> => {
    const { value } = await InputDialog.getText({
      title: trans.__('Rename the run'),
      text: run.run_name,
      okLabel: trans.__('Rename')
    });
    if (value) {
      await model.updateRun(run.run_id, { run_name: value });
    }
  };
  const remove = async (): Promise<void> => {
    await model.deleteRun(run.run_id);
    Notification.info(trans.__('%1 is in the trash.', run.run_name), {
      autoClose: UNDO_MS,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => void model.restoreRun(run.run_id)
        }
      ]
    });
  };
  const actions: [string, () => Promise<void>][] = [
    [trans.__('Rename…'), rename],
    [
      trans.__('Copy the run id'),
      () => navigator.clipboard.writeText(run.run_id)
    ],
    run.lifecycle_stage === 'deleted'
      ? [trans.__('Restore'), () => model.restoreRun(run.run_id)]
      : [trans.__('Delete'), remove]
  ];
  return (
    <div
      ref={menu}
      role="menu"
      className="jp-Lightflow-menu"
      style={{ left, top }}
      onKeyDown={event => event.key === 'Escape' && props.onClose()}
    >
      {actions.map(([title, action]) => (
        <button
          key={title}
          role="menuitem"
          onClick={() => void attempt(action)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
