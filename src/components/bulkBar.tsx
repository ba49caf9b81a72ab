import * as React from 'react';
import { MAX_COMPARED } from '../model';
import { Editable, useExplorer } from './context';
import { runsAsCsv } from './csv';
import { download } from './download';
import { showFailure, useEditing } from './editing';
import { TagForm } from './tags';

/** What can be done with the runs that are marked. */
export function BulkBar(): React.ReactElement | null {
  const { model, trans, openComparison } = useExplorer();
  const editing = useEditing();
  const { selection } = model;
  const [tagging, setTagging] = React.useState(false);
  if (selection.count === 0) {
    return null;
  }
  const { run_ids } = selection;
  const remove = async (): Promise<void> => {
    await editing.remove(run_ids, selection.runs[0]?.run_name);
    selection.set([]);
  };
  const exportCsv = async (): Promise<void> => {
    try {
      const csv = await runsAsCsv(model.client, run_ids);
      download(new Blob([csv], { type: 'text/csv' }), 'runs.csv');
    } catch (error) {
      await showFailure(trans, error);
    }
  };
  return (
    <div
      className="jp-Lightflow-bulk"
      role="toolbar"
      aria-label={trans.__('Chosen runs')}
    >
      <span>
        {trans.__('%1 chosen', selection.count)}
        {selection.count > selection.runs.length &&
          ` · ${trans.__('%1 drawn', selection.runs.length)}`}
        {selection.count > MAX_COMPARED &&
          ` · ${trans.__('%1 compared', selection.compared.length)}`}
      </span>
      <Editable>
        <button
          className="jp-Lightflow-link"
          onClick={() => setTagging(!tagging)}
        >
          {trans.__('Tag')}
        </button>
      </Editable>
      <button
        className="jp-Lightflow-link"
        title={trans.__('Save the chosen runs as a CSV file')}
        onClick={() => void exportCsv()}
      >
        {trans.__('Export')}
      </button>
      {selection.count > 1 && (
        <button
          className="jp-Lightflow-link"
          title={trans.__('Open them side by side in a tab')}
          onClick={() =>
            openComparison(selection.compared.map(run => run.run_id))
          }
        >
          {trans.__('Side by side')}
        </button>
      )}
      <Editable>
        <button className="jp-Lightflow-link" onClick={() => void remove()}>
          {trans.__('Delete')}
        </button>
      </Editable>
      <button className="jp-Lightflow-link" onClick={() => selection.set([])}>
        {trans.__('Clear')}
      </button>
      {tagging && (
        <TagForm
          tag={{ key: '', value: '' }}
          onDone={async tag => {
            setTagging(false);
            if (tag?.key) {
              await editing.tag(run_ids, { [tag.key]: tag.value || null });
            }
          }}
        />
      )}
    </div>
  );
}
