import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { bookmarkIcon } from './icons';
import * as React from 'react';
import type { SavedView } from '../api';
import { PLAIN_VIEW } from '../model';
import { useExplorer } from './context';
import { showFailure } from './editing';
import { Menu, placeOf, type IMenuAt } from './menu';
import { PopoverButton } from './popover';
import { ErrorState, LoadingState } from './states';

/** The saved views of the table: taken, saved, renamed, removed. */
export function ViewsButton(): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <PopoverButton icon={bookmarkIcon} title={trans.__('Saved views')}>
      {close => <ViewSheet onClose={close} />}
    </PopoverButton>
  );
}

function ViewSheet(props: { onClose: () => void }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { client, table } = model;
  const [views, setViews] = React.useState<readonly SavedView[] | null>(null);
  const [error, setError] = React.useState<Error | null>(null);
  const [menu, setMenu] = React.useState<IMenuAt | null>(null);
  const load = async (): Promise<void> => {
    try {
      setViews((await client.savedViews()).views);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  React.useEffect(() => void load(), []);
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    try {
      await action();
      await load();
    } catch (failure) {
      await showFailure(trans, failure);
    }
  };
  const askName = async (title: string, text = ''): Promise<string | null> => {
    const { value } = await InputDialog.getText({ title, text });
    return value?.trim() || null;
  };
  const save = (): Promise<void> =>
    attempt(async () => {
      const name = await askName(trans.__('Save the view as'));
      if (name) {
        await client.createView({
          name,
          definition: table.view,
          is_default: false
        });
        Notification.success(trans.__('The view %1 is saved.', name), {
          autoClose: 3000
        });
      }
    });
  const itemsOf = (view: SavedView): IMenuAt['items'] => [
    [
      trans.__('Replace by what is shown now'),
      () =>
        void attempt(() =>
          client.updateView(view.view_id, { definition: table.view })
        )
    ],
    [
      trans.__('Rename…'),
      () =>
        void attempt(async () => {
          const name = await askName(trans.__('Rename the view'), view.name);
          if (name) {
            await client.updateView(view.view_id, { name });
          }
        })
    ],
    [
      view.is_default
        ? trans.__('No default any more')
        : trans.__('Make it the default'),
      () =>
        void attempt(() =>
          client.updateView(view.view_id, { is_default: !view.is_default })
        )
    ],
    null,
    [
      trans.__('Remove…'),
      () =>
        void attempt(async () => {
          const { button } = await showDialog({
            title: trans.__('Remove the view %1?', view.name),
            body: trans.__('It is removed for all who use this store.'),
            buttons: [
              Dialog.cancelButton(),
              Dialog.warnButton({ label: trans.__('Remove') })
            ]
          });
          if (button.accept) {
            await client.deleteView(view.view_id);
          }
        })
    ]
  ];
  return (
    <>
      {error && <ErrorState error={error} />}
      {!views && !error && <LoadingState />}
      {views?.length === 0 && (
        <p className="jp-Lightflow-faint">
          {trans.__(
            'A view keeps experiment, search, order, columns and grouping under a name.'
          )}
        </p>
      )}
      <ul className="jp-Lightflow-views">
        {views?.map(view => (
          <li key={view.view_id}>
            <button
              className="jp-Lightflow-view"
              title={trans.__(
                'By %1, %2',
                view.updated_by,
                new Date(view.last_update_time).toLocaleString()
              )}
              onClick={() => {
                table.set(view.definition);
                props.onClose();
              }}
            >
              {view.name}
              {view.is_default && (
                <small className="jp-Lightflow-auto">
                  {trans.__('default')}
                </small>
              )}
            </button>
            <button
              className="jp-Lightflow-tool"
              aria-haspopup="menu"
              title={trans.__('What can be done with %1', view.name)}
              aria-label={trans.__('What can be done with %1', view.name)}
              onClick={event =>
                setMenu({ ...placeOf(event), items: itemsOf(view) })
              }
            >
              ⋯
            </button>
          </li>
        ))}
      </ul>
      <button
        className="jp-Lightflow-button jp-mod-accept"
        onClick={() => void save()}
      >
        {trans.__('Save this view…')}
      </button>
      <button
        className="jp-Lightflow-button"
        onClick={() => {
          const { experiment_id } = table.view;
          table.set({ ...PLAIN_VIEW, experiment_id });
          props.onClose();
        }}
      >
        {trans.__('Reset')}
      </button>
      {menu && <Menu at={menu} onClose={() => setMenu(null)} />}
    </>
  );
}
