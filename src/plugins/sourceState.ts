import type { IStateDB } from '@jupyterlab/statedb';
import { LOCAL, type Sources } from '../model';

const KEY = 'lightflow:source';

/** Show the source that was shown last in this workspace, where it is configured still. */
export async function restoreSource(
  sources: Sources,
  state: IStateDB
): Promise<void> {
  const kept = await state.fetch(KEY).catch(() => undefined);
  if (typeof kept !== 'string' || kept === LOCAL) {
    return;
  }
  await sources.load();
  if (sources.all.some(({ name }) => name === kept)) {
    sources.choose(kept);
  }
}

/** Keep which source is shown with the workspace. */
export function keepSource(sources: Sources, state: IStateDB): void {
  sources.changed.connect(() => void state.save(KEY, sources.chosen));
}
