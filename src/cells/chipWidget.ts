import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { statusSign, type ICellChip } from '../model';
import { element } from '../view/dom';
import { bestWords, countWords, editWords, valueWords } from './chipWords';

export interface IChipActions {
  /** Show the newest run. */
  show(chip: ICellChip): void;
  /** Offer what can be done with the runs, below `anchor`. */
  openMenu(chip: ICellChip, anchor: DOMRect): void;
}

/** One line below the code of a cell: its last run, and whether it was edited since. */
export class ChipWidget extends Widget {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _actions: IChipActions
  ) {
    super();
    this.addClass('jp-Lightflow-chip');
    this._menu.append(this._count);
    caretDownIcon.element({ container: this._caret, tag: 'span' });
    this._menu.append(this._caret);
    this._run.append(this._sign, this._value, this._best, this._edits);
    this.node.append(this._run, this._menu);
    this._menu.setAttribute('aria-haspopup', 'menu');
    this._run.onclick = () => this._chip && this._actions.show(this._chip);
    this._menu.onclick = () =>
      this._chip &&
      this._actions.openMenu(this._chip, this._menu.getBoundingClientRect());
    // A click on the line is none into the cell: it leaves mode and cursor as they are.
    this.node.addEventListener('mousedown', event => event.stopPropagation());
  }

  /** Say this from now on; nothing is drawn where nothing changed. */
  say(chip: ICellChip): void {
    this._chip = chip;
    const { status, run_name } = chip.last.run;
    const edits = editWords(this._trans, chip);
    write(this._sign, statusSign(status));
    write(this._value, valueWords(chip));
    write(this._best, bestWords(this._trans, chip));
    write(this._edits, edits);
    write(this._count, countWords(this._trans, chip));
    this.node.dataset.edits = chip.edits;
    this._sign.dataset.status = status;
    const title = this._trans.__(
      'Show the run %1 (%2)',
      run_name,
      status.toLowerCase()
    );
    this._run.title = edits ? `${title}; ${edits}` : title;
    this._menu.title = this._trans.__('The runs of this cell');
  }

  private readonly _sign = element('span', 'jp-Lightflow-status');
  private readonly _value = element('span', 'jp-Lightflow-chip-value');
  private readonly _best = element('span', 'jp-Lightflow-chip-best');
  private readonly _edits = element('span', 'jp-Lightflow-chip-edits');
  private readonly _count = element('span', '');
  private readonly _caret = element('span', 'jp-Lightflow-chip-caret');
  private readonly _run = element('button', 'jp-Lightflow-chip-run');
  private readonly _menu = element('button', 'jp-Lightflow-chip-menu');
  private _chip: ICellChip | null = null;
}

function write(place: HTMLElement, text: string): void {
  if (place.textContent !== text) {
    place.textContent = text;
  }
  place.hidden = text === '';
}
