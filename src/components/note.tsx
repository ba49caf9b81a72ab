import * as React from 'react';
import type { Run } from '../api';
import { Editable, useExplorer } from './context';
import { useEditing } from './editing';
import { Markdown } from './markdown';

/** A run's note, edited in place; shown through Jupyter's sanitiser. */
export function Note(props: { run: Run }): React.ReactElement {
  const { trans } = useExplorer();
  const { change } = useEditing();
  const { run } = props;
  const [draft, setDraft] = React.useState<string | null>(null);
  /** What stood there when the editing began. */
  const seen = React.useRef('');
  React.useEffect(() => setDraft(null), [run.run_id]);
  const edit = (): void => {
    seen.current = run.note;
    setDraft(run.note);
  };
  const save = async (): Promise<void> => {
    const outcome =
      draft === null || draft === seen.current
        ? 'done'
        : await change(run, 'note', seen.current, draft);
    if (outcome !== 'failed') {
      setDraft(null);
    }
  };
  if (draft === null) {
    return (
      <div className="jp-Lightflow-note">
        {run.note && <Markdown text={run.note} />}
        <Editable>
          <button className="jp-Lightflow-link" onClick={edit}>
            {run.note ? trans.__('Edit the note') : trans.__('Add a note')}
          </button>
        </Editable>
      </div>
    );
  }
  return (
    <div className="jp-Lightflow-note">
      <textarea
        className="jp-Lightflow-input"
        rows={4}
        autoFocus
        aria-label={trans.__('Note, in markdown')}
        value={draft}
        onChange={event => setDraft(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            setDraft(null);
          } else if (
            event.key === 'Enter' &&
            (event.ctrlKey || event.metaKey)
          ) {
            void save();
          }
        }}
      />
      <button
        className="jp-Lightflow-button jp-mod-accept"
        onClick={() => void save()}
      >
        {trans.__('Save')}
      </button>
      <button className="jp-Lightflow-button" onClick={() => setDraft(null)}>
        {trans.__('Cancel')}
      </button>
    </div>
  );
}
