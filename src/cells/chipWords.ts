import type { TranslationBundle } from '@jupyterlab/translation';
import { formatNumber } from '../charts/format';
import type { ICellChip, IRunValue } from '../model';

/** The last value of the metric, such as `loss 0.03`; else the run's name. */
export function valueWords({ last, metric }: ICellChip): string {
  return metric === null || Number.isNaN(last.value)
    ? last.run.run_name
    : `${metric} ${formatNumber(last.value)}`;
}

/** The best value, where it is not the last. */
export function bestWords(trans: TranslationBundle, chip: ICellChip): string {
  return chip.best === null || chip.best.run === chip.last.run
    ? ''
    : trans.__('· best %1', formatNumber(chip.best.value));
}

export function editWords(trans: TranslationBundle, chip: ICellChip): string {
  switch (chip.edits) {
    case 'cell':
      return trans.__('edited since');
    case 'other':
      return trans.__('a cell it stood on was edited since');
    case 'gone':
      return trans.__('a cell it stood on is gone');
    case 'not known':
      return chip.last.run.status === 'RUNNING'
        ? ''
        : trans.__('edits not known');
    case 'none':
      return '';
  }
}

export function countWords(trans: TranslationBundle, chip: ICellChip): string {
  return trans._n('%1 run', '%1 runs', chip.total);
}

/** One run in a list of a cell's runs: `small-steps #3 · loss 0.03`. */
export function runWords(
  { run, value }: IRunValue,
  metric: string | null
): string {
  const attempt = run.attempt > 1 ? ` #${run.attempt}` : '';
  const told =
    metric === null || Number.isNaN(value)
      ? ''
      : ` · ${metric} ${formatNumber(value)}`;
  return `${run.run_name}${attempt}${told}`;
}
