import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';

const COLLAPSE = { margin: 3, minSize: 5 };

interface IMergeOptions {
  before: string;
  after: string;
  /** Side by side, or else as one text. */
  wide: boolean;
  /** Equal stretches too. */
  all: boolean;
  language: Extension;
}

/** Show two texts in CodeMirror's merge view; returns the undo. Loaded when it is first needed. */
export function showMerge(
  host: HTMLElement,
  { before, after, wide, all, language }: IMergeOptions
): () => void {
  const extensions = [
    jupyterTheme,
    language,
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false)
  ];
  const collapseUnchanged = all ? undefined : COLLAPSE;
  if (wide) {
    const view = new MergeView({
      a: { doc: before, extensions },
      b: { doc: after, extensions },
      parent: host,
      collapseUnchanged
    });
    return () => view.destroy();
  }
  const view = new EditorView({
    doc: after,
    extensions: [
      ...extensions,
      unifiedMergeView({
        original: before,
        mergeControls: false,
        collapseUnchanged
      })
    ],
    parent: host
  });
  return () => view.destroy();
}
