import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';
import { statusSign, type ICellChip } from '../model';
import { decodeNumber, type Run } from '../api';
import { runWords } from './chipWords';

/** The commands that the menu offers. */
export interface IChipCommands {
  showRun: string;
  restoreCell: string;
  compareRuns: string;
}

const MAX_COMPARED = 20;

/** What can be done with the runs of a cell: each shown, all compared, the code of one restored. */
export function openChipMenu(
  chip: ICellChip,
  anchor: DOMRect,
  commands: CommandRegistry,
  ids: IChipCommands,
  trans: TranslationBundle
): void {
  const menu = new MenuSvg({ commands });
  menu.addClass('jp-Lightflow-chip-runs');
  for (const run of chip.runs) {
    menu.addItem({
      command: ids.showRun,
      args: { run_id: run.run_id, label: labelOf(run, chip) }
    });
  }
  menu.addItem({ type: 'separator' });
  if (chip.runs.length > 1) {
    menu.addItem({
      command: ids.compareRuns,
      args: {
        run_ids: chip.runs.slice(0, MAX_COMPARED).map(run => run.run_id)
      }
    });
  }
  if (chip.best !== null && chip.best.run !== chip.last.run) {
    menu.addItem(restoring(trans.__('Best Run'), chip.best.run));
  }
  menu.addItem(restoring(trans.__('Last Run'), chip.last.run));
  menu.aboutToClose.connect(() => {
    // A command of the menu is run after it closed.
    setTimeout(() => menu.dispose());
  });
  menu.open(anchor.left, anchor.bottom);

  function restoring(label: string, run: Run): Menu.IItemOptions {
    const submenu = new MenuSvg({ commands });
    submenu.title.label = label;
    for (const where of ['below', 'replace', 'beside']) {
      submenu.addItem({
        command: ids.restoreCell,
        args: { run_id: run.run_id, where }
      });
    }
    return { type: 'submenu', submenu };
  }
}

function labelOf(run: Run, chip: ICellChip): string {
  const metric = run.metrics.find(one => one.key === chip.metric);
  const value = metric ? decodeNumber(metric.last) : NaN;
  const best = chip.best?.run === run ? ' ★' : '';
  return `${statusSign(run.status)} ${runWords({ run, value }, chip.metric)}${best}`;
}
