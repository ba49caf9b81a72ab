import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import type { Trash, TrashedRun } from '../api';
import { useExplorer } from './context';
import { showFailure, useEditing } from './editing';
import { formatAge, formatBytes } from './format';
import { ErrorState, Hint, LoadingState } from './states';

const ROW_PX = 26;
const OVERSCAN_ROWS = 8;
/** What the server removes by one request that names them. */
const RUNS_AT_ONCE = 200;

/** Deleted runs with their sizes: brought back, or removed for good. */
export function TrashView(props: { onClose: () => void }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { client } = model;
  const editing = useEditing();
  const [trash, setTrash] = React.useState<Trash | null>(null);
  const [error, setError] = React.useState<Error | null>(null);
  const [chosen, setChosen] = React.useState<ReadonlySet<string>>(new Set());
  const load = React.useCallback(async () => {
    try {
      setTrash(await client.trash());
      setError(null);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
  }, [client]);
  React.useEffect(() => {
    void load();
    const onChange = (): void => void load();
    model.moved.connect(onChange);
    return () => {
      model.moved.disconnect(onChange);
    };
  }, [model, load]);

  const runs = trash?.runs ?? [];
  const some = runs.filter(run => chosen.has(run.run_id));
  const meant = (some.length > 0 ? some : runs).filter(run => !run.kept);
  const size_bytes = meant.reduce((sum, run) => sum + sizeOf(run), 0);
  const restore = async (): Promise<void> => {
    await editing.restore(some.map(run => run.run_id));
    setChosen(new Set());
    await load();
  };
  const empty = async (): Promise<void> => {
    const what = trans._n('%1 run', '%1 runs', meant.length);
    const { button } = await showDialog({
      title: trans.__('Remove %1 for good?', what),
      body: trans.__(
        '%1 of points and artifacts are freed. This can’t be undone.',
        formatBytes(size_bytes)
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: trans.__('Remove for good') })
      ]
    });
    if (!button.accept) {
      return;
    }
    try {
      const ids = meant.map(run => run.run_id);
      if (some.length === 0) {
        await client.emptyTrash(null);
      }
      for (let at = 0; some.length > 0 && at < ids.length; at += RUNS_AT_ONCE) {
        await client.emptyTrash(ids.slice(at, at + RUNS_AT_ONCE));
      }
      Notification.info(
        trans.__('Removed %1, %2.', what, formatBytes(size_bytes)),
        { autoClose: 5000 }
      );
    } catch (failure) {
      await showFailure(trans, failure);
    }
    setChosen(new Set());
    await load();
  };
  const toggle = (run_id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(run_id)) {
      next.add(run_id);
    }
    setChosen(next);
  };
  return (
    <>
      <div className="jp-Lightflow-searchbar">
        <div className="jp-Lightflow-line">
          <b className="jp-Lightflow-heading">{trans.__('Trash')}</b>
          <button className="jp-Lightflow-link" onClick={props.onClose}>
            {trans.__('Back to the runs')}
          </button>
        </div>
        <div className="jp-Lightflow-line jp-Lightflow-tools">
          <label className="jp-Lightflow-check">
            <input
              type="checkbox"
              checked={runs.length > 0 && some.length === runs.length}
              disabled={runs.length === 0}
              onChange={event =>
                setChosen(
                  new Set(
                    event.target.checked ? runs.map(run => run.run_id) : []
                  )
                )
              }
            />
            {some.length > 0
              ? trans.__('%1 chosen', some.length)
              : trans._n('%1 run', '%1 runs', runs.length)}
            {` · ${formatBytes(size_bytes)}`}
          </label>
          <span className="jp-Lightflow-toolset">
            <button
              className="jp-Lightflow-button"
              disabled={some.length === 0}
              onClick={() => void restore()}
            >
              {trans.__('Restore')}
            </button>
            <button
              className="jp-Lightflow-button jp-mod-warn"
              disabled={meant.length === 0}
              onClick={() => void empty()}
            >
              {some.length > 0 ? trans.__('Remove…') : trans.__('Empty…')}
            </button>
          </span>
        </div>
      </div>
      {error && <ErrorState error={error} onRetry={() => void load()} />}
      {!trash && !error && <LoadingState />}
      {trash && runs.length === 0 && (
        <Hint>{trans.__('The trash is empty.')}</Hint>
      )}
      {runs.length > 0 && (
        <TrashedRuns runs={runs} chosen={chosen} onToggle={toggle} />
      )}
    </>
  );
}

function TrashedRuns(props: {
  runs: readonly TrashedRun[];
  chosen: ReadonlySet<string>;
  onToggle: (run_id: string) => void;
}): React.ReactElement {
  const { trans } = useExplorer();
  const { runs, chosen } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS
  });
  return (
    <div className="jp-Lightflow-table" ref={scroller}>
      <ul
        className="jp-Lightflow-trashed"
        aria-label={trans.__('Deleted runs')}
        style={{ height: rows.getTotalSize() }}
      >
        {rows.getVirtualItems().map(item => {
          const run = runs[item.index];
          return (
            <li
              key={run.run_id}
              style={{
                height: ROW_PX,
                transform: `translateY(${item.start}px)`
              }}
            >
              <label className="jp-Lightflow-check">
                <input
                  type="checkbox"
                  checked={chosen.has(run.run_id)}
                  onChange={() => props.onToggle(run.run_id)}
                />
                <span className="jp-Lightflow-nameText" title={run.run_name}>
                  {run.run_name}
                </span>
              </label>
              {run.kept && (
                <small
                  className="jp-Lightflow-auto"
                  title={trans.__(
                    'It still logs, or a registered model needs its files: it is not removed.'
                  )}
                >
                  {trans.__('kept')}
                </small>
              )}
              <span className="jp-Lightflow-faint">
                {formatAge(trans, run.deleted_time, Date.now())}
              </span>
              <span className="jp-Lightflow-size">
                {formatBytes(sizeOf(run))}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function sizeOf(run: TrashedRun): number {
  return run.artifact_bytes + run.point_bytes;
}
