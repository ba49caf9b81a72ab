import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { IRunsModel } from '../model';
import { askedFor } from './address';

const KEY = 'lightflow:table';

/** Keeps how the table is set with the workspace; a new workspace begins with the default view. */
export const tableStatePlugin: JupyterFrontEndPlugin<void> = {
  id: 'lightflow-jlab:table-state',
  description: 'Restores the table of Lightflow runs.',
  autoStart: true,
  requires: [IRunsModel, IStateDB],
  // Nobody waits for it: the panel shows all runs until it is known what else to show.
  activate: (_, model: IRunsModel, state: IStateDB) => void follow(model, state)
};

async function follow(model: IRunsModel, state: IStateDB): Promise<void> {
  const { experiment_id } = askedFor(window.location);
  const { table, client } = model;
  const kept = await state.fetch(KEY).catch(() => undefined);
  if (!table.restore(kept)) {
    const views = await client.savedViews().then(
      found => found.views,
      () => []
    );
    const chosen = views.find(view => view.is_default);
    if (chosen) {
      table.set(chosen.definition);
    }
  }
  if (experiment_id) {
    table.set({ experiment_id, search: '', statuses: [] });
  }
  table.changed.connect(() => {
    void state.save(KEY, table.state as unknown as ReadonlyPartialJSONValue);
  });
}
