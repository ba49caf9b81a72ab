import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Run } from '../api';

export interface ICellPlace {
  panel: NotebookPanel;
  cell: Cell;
}

const FLASH_CLASS = 'jp-Lightflow-flash';

/**
 * The cell that a run came from: in the current notebook, in one that is open, else in the one
 * that the run names, which is opened. Null where it is in none of them.
 *
 * @param open - Opens a notebook by its path; rejects where there is none.
 */
export async function findRunCell(
  run: Run,
  tracker: INotebookTracker,
  open: (path: string) => Promise<NotebookPanel>
): Promise<ICellPlace | null> {
  if (run.cell_id === '') {
    return null;
  }
  const found = inOpenNotebooks(run, tracker);
  if (found || run.source_name === '') {
    return found;
  }
  let panel: NotebookPanel;
  try {
    panel = await open(run.source_name);
  } catch {
    return null;
  }
  await panel.context.ready;
  await panel.revealed;
  return cellOf(panel, run.cell_id);
}

/** The notebook that the run names stands before copies of it, which have the same cells. */
function inOpenNotebooks(
  run: Run,
  tracker: INotebookTracker
): ICellPlace | null {
  const panels: NotebookPanel[] = [];
  tracker.forEach(panel => panels.push(panel));
  const rank = (panel: NotebookPanel): number =>
    2 * Number(panel.context.localPath === run.source_name) +
    Number(panel === tracker.currentWidget);
  return panels
    .sort((a, b) => rank(b) - rank(a))
    .reduce<ICellPlace | null>(
      (found, panel) => found ?? cellOf(panel, run.cell_id),
      null
    );
}

function cellOf(panel: NotebookPanel, cell_id: string): ICellPlace | null {
  const cell = panel.content.widgets.find(one => one.model.id === cell_id);
  return cell ? { panel, cell } : null;
}

/** Scroll to a cell, make it the active one, and let it flash. */
export async function showCell({ panel, cell }: ICellPlace): Promise<void> {
  const notebook = panel.content;
  notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  notebook.deselectAll();
  notebook.mode = 'command';
  await notebook.scrollToCell(cell, 'center');
  cell.removeClass(FLASH_CLASS);
  cell.addClass(FLASH_CLASS);
  cell.node.addEventListener(
    'animationend',
    () => cell.removeClass(FLASH_CLASS),
    { once: true }
  );
}
