import {
  Dialog,
  InputDialog,
  showDialog,
  showErrorMessage
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { RequestError, type Run } from '../api';
import type { Field, IRunsModel } from '../model';
import { useExplorer } from './context';

const SHOWN_NAMES = 1;

/** How an edit ended; `kept` is what somebody else wrote meanwhile. */
export type Outcome = 'done' | 'kept' | 'failed';

/** Edits of runs, with their questions: every failure is shown, every conflict is asked about. */
export interface IEditing {
  change: (
    run: Run,
    field: Field,
    seen: string | null,
    value: string | null
  ) => Promise<Outcome>;
  rename: (run: Run) => Promise<void>;
  remove: (run_ids: readonly string[], name?: string) => Promise<void>;
  restore: (run_ids: readonly string[]) => Promise<void>;
  tag: (
    run_ids: readonly string[],
    tags: Readonly<Record<string, string | null>>
  ) => Promise<void>;
  undo: () => Promise<void>;
}

export function useEditing(): IEditing {
  const { model, trans } = useExplorer();
  return React.useMemo(() => editing(model, trans), [model, trans]);
}

function editing(model: IRunsModel, trans: TranslationBundle): IEditing {
  const { edits } = model;
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      await showFailure(trans, error);
    }
  };
  const change = async (
    run: Run,
    field: Field,
    seen: string | null,
    value: string | null
  ): Promise<Outcome> => {
    const title = titleOf(trans, run, field, value);
    try {
      await edits.change(run.run_id, field, seen, value, title);
      return 'done';
    } catch (error) {
      if (!(error instanceof RequestError && error.present)) {
        await showFailure(trans, error);
        return 'failed';
      }
      const theirs = error.present[field] ?? null;
      if (theirs === value) {
        return 'done';
      }
      return (await isMineChosen(trans, theirs, value))
        ? change(run, field, theirs, value)
        : 'kept';
    }
  };
  const told = (run_ids: readonly string[], name?: string): string =>
    run_ids.length === SHOWN_NAMES && name
      ? name
      : trans._n('%1 run', '%1 runs', run_ids.length);
  return {
    change,
    rename: async run => {
      const { value } = await InputDialog.getText({
        title: trans.__('Rename the run'),
        text: run.run_name,
        okLabel: trans.__('Rename')
      });
      if (value && value !== run.run_name) {
        await change(run, 'run_name', run.run_name, value);
      }
    },
    remove: (run_ids, name) =>
      attempt(() =>
        edits.move(
          run_ids,
          'deleted',
          trans.__('Moved to the trash: %1', told(run_ids, name))
        )
      ),
    restore: run_ids =>
      attempt(() =>
        edits.move(run_ids, 'active', trans.__('Restored: %1', told(run_ids)))
      ),
    tag: (run_ids, tags) =>
      attempt(() =>
        edits.tag(
          run_ids,
          tags,
          trans.__(
            'Tagged %1: %2',
            told(run_ids),
            Object.entries(tags)
              .map(([key, value]) => (value === null ? key : `${key}=${value}`))
              .join(', ')
          )
        )
      ),
    undo: () => attempt(() => edits.undo())
  };
}

export async function showFailure(
  trans: TranslationBundle,
  error: unknown
): Promise<void> {
  await showErrorMessage(
    trans.__('That did not work'),
    error instanceof Error ? error.message : String(error)
  );
}

function titleOf(
  trans: TranslationBundle,
  run: Run,
  field: Field,
  value: string | null
): string {
  if (field === 'run_name') {
    return trans.__('Renamed %1 to %2', run.run_name, value ?? '');
  }
  if (field === 'note') {
    return trans.__('Changed the note of %1', run.run_name);
  }
  const key = field.slice('tags.'.length);
  return value === null
    ? trans.__('Removed the tag %1 of %2', key, run.run_name)
    : trans.__('Tagged %1: %2', run.run_name, `${key}=${value}`);
}

/** Show what somebody else wrote meanwhile beside what was to be written, and ask which stays. */
async function isMineChosen(
  trans: TranslationBundle,
  theirs: string | null,
  mine: string | null
): Promise<boolean> {
  const result = await showDialog({
    title: trans.__('Somebody else changed this meanwhile'),
    body: (
      <div className="jp-Lightflow-conflict">
        <section>
          <h4>{trans.__('There now')}</h4>
          <pre>{theirs ?? trans.__('(removed)')}</pre>
        </section>
        <section>
          <h4>{trans.__('Yours')}</h4>
          <pre>{mine ?? trans.__('(removed)')}</pre>
        </section>
      </div>
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep what is there') }),
      Dialog.warnButton({ label: trans.__('Use mine') })
    ]
  });
  return result.button.accept;
}
