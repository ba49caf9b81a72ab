import { CodeCell, CodeCellModel } from '@jupyterlab/cells';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import { Panel } from '@lumino/widgets';
import type { ICellPlace } from './runPlace';

/** Put code into a new cell below a cell, which undo takes back; the new cell. */
export function insertBelow(
  panel: NotebookPanel,
  below: number,
  source: string
): ICellPlace | null {
  const notebook = panel.content;
  const place = below + 1;
  notebook.model?.sharedModel.insertCell(place, {
    cell_type: 'code',
    source,
    metadata: { trusted: true }
  });
  const cell = notebook.widgets[place];
  return cell ? { panel, cell } : null;
}

/** Put code into a cell in place of what is there, which undo brings back. */
export function replaceSource({ cell }: ICellPlace, source: string): void {
  const { sharedModel } = cell.model;
  if (sharedModel.getSource() !== source) {
    sharedModel.setSource(source);
  }
}

/** A cell with this code that can be read and copied from, in no notebook. */
export function readOnlyCell(like: Notebook, source: string): Panel {
  const model = new CodeCellModel();
  model.sharedModel.setSource(source);
  model.mimeType = like.codeMimetype;
  const cell = new CodeCell({
    model,
    rendermime: like.rendermime,
    contentFactory: like.contentFactory,
    editorConfig: { ...like.editorConfig.code, lineNumbers: true },
    placeholder: false
  }).initializeState();
  cell.readOnly = true;
  const panel = new Panel();
  panel.addClass('jp-Lightflow-code-tab');
  panel.addClass('jp-Notebook');
  panel.addWidget(cell);
  return panel;
}
