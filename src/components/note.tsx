import { MimeModel } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import type { Run } from '../api';
import { useExplorer } from './context';
import { useEditing } from './editing';

const MARKDOWN = 'text/markdown';

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
        <button className="jp-Lightflow-link" onClick={edit}>
          {run.note ? trans.__('Edit the note') : trans.__('Add a note')}
        </button>
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

/**
 * Jupyter's sanitiser lets attributes pass by which a click runs a command of JupyterLab, ids that
 * others look for, and forms.
 */
function makeInert(node: HTMLElement): void {
  for (const element of node.querySelectorAll('*')) {
    for (const name of element.getAttributeNames()) {
      if (name === 'id' || name.startsWith('data-commandlinker')) {
        element.removeAttribute(name);
      }
    }
  }
  node
    .querySelectorAll('form, button, input, select, textarea')
    .forEach(element => element.replaceWith(...element.childNodes));
}

function Markdown(props: { text: string }): React.ReactElement {
  const { rendermime } = useExplorer();
  const host = React.useRef<HTMLDivElement>(null);
  // A layout effect is undone while the page still holds the renderer: later, Lumino would throw.
  React.useLayoutEffect(() => {
    if (!host.current) {
      return;
    }
    const renderer = rendermime.createRenderer(MARKDOWN);
    void renderer
      .renderModel(
        new MimeModel({ data: { [MARKDOWN]: props.text }, trusted: false })
      )
      .then(() => makeInert(renderer.node));
    Widget.attach(renderer, host.current);
    return () => renderer.dispose();
  }, [rendermime, props.text]);
  return <div ref={host} className="jp-RenderedHTMLCommon" />;
}
