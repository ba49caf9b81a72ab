import type { TranslationBundle } from '@jupyterlab/translation';
import type { IRunsModel, Row } from '../model';
import type { IEditing } from './editing';
import type { MenuItem } from './menu';

/** What can be done with a row: with its run, with what is marked, or with a group. */
export function menuOfRow(
  row: Row,
  model: IRunsModel,
  editing: IEditing,
  trans: TranslationBundle
): MenuItem[] {
  const { runs, selection, table } = model;
  if (row.kind === 'group') {
    return [
      [
        row.opened ? trans.__('Close') : trans.__('Open'),
        () => runs.toggle(row)
      ],
      [trans.__('Group no more'), () => table.set({ group_by: '' })]
    ];
  }
  const { run } = row;
  const copy: MenuItem = [
    trans.__('Copy the run id'),
    () => void navigator.clipboard.writeText(run.run_id)
  ];
  const show: MenuItem = [trans.__('Show details'), () => selection.focus(run)];
  if (model.isReadOnly) {
    return [show, copy];
  }
  const many = selection.has(run.run_id) && selection.count > 1;
  return [
    show,
    [trans.__('Rename…'), () => void editing.rename(run)],
    copy,
    null,
    many
      ? [
          trans.__('Delete %1 chosen runs', selection.count),
          () => void editing.remove(selection.run_ids)
        ]
      : [
          trans.__('Delete'),
          () => void editing.remove([run.run_id], run.run_name)
        ]
  ];
}
