import { Signal, type ISignal } from '@lumino/signaling';
import type { Lifecycle, LightflowClient, Run } from '../api';

const MAX_EDITS = 100;

/** One thing that was done, and how it is undone. */
export interface IEdit {
  /** What was done, for the person. */
  title: string;
  undo: () => Promise<void>;
}

/** What an edit changes: its field has the name that it has on the wire. */
export type Field = 'run_name' | 'note' | `tags.${string}`;

/** Edits of runs. Each sends what its author saw, and can be undone; the last one first. */
export class RunEdits {
  constructor(private readonly _client: LightflowClient) {}

  /** Something was done. */
  get done(): ISignal<this, IEdit> {
    return this._done;
  }

  /** Undo the last edit that is not undone yet; null where there is none. */
  async undo(): Promise<IEdit | null> {
    const edit = this._edits.pop() ?? null;
    await edit?.undo();
    return edit;
  }

  async undoThis(edit: IEdit): Promise<void> {
    if (this._edits.includes(edit)) {
      this._edits = this._edits.filter(one => one !== edit);
      await edit.undo();
    }
  }

  /**
   * Change one field of a run from what was seen; null removes a tag. Rejects with a
   * `RequestError` that has `present` where somebody else changed it meanwhile.
   */
  async change(
    run_id: string,
    field: Field,
    seen: string | null,
    value: string | null,
    title: string
  ): Promise<void> {
    const send = async (
      from: string | null,
      to: string | null
    ): Promise<string | null> => {
      const patch = field.startsWith('tags.')
        ? { tags: { [field.slice('tags.'.length)]: to } }
        : { [field]: to ?? '' };
      const run = await this._client.updateRun(run_id, {
        ...patch,
        seen: { [field]: from }
      });
      return valueOf(run, field);
    };
    // What the server made of it: names lose the spaces around them.
    const made = await send(seen, value);
    this._push({
      title,
      undo: async () => {
        await send(made, seen);
      }
    });
  }

  /** Put runs into the trash, or bring them back. */
  async move(
    run_ids: readonly string[],
    lifecycle_stage: Lifecycle,
    title: string
  ): Promise<void> {
    const send = async (stage: Lifecycle): Promise<void> => {
      await this._client.updateRuns({
        run_ids: [...run_ids],
        lifecycle_stage: stage
      });
    };
    await send(lifecycle_stage);
    const back = lifecycle_stage === 'deleted' ? 'active' : 'deleted';
    this._push({ title, undo: () => send(back) });
  }

  /** Set tags of many runs; null removes one. */
  async tag(
    run_ids: readonly string[],
    tags: Readonly<Record<string, string | null>>,
    title: string
  ): Promise<void> {
    const { former_tags } = await this._client.updateRuns({
      run_ids: [...run_ids],
      tags: { ...tags }
    });
    this._push({
      title,
      undo: async () => {
        const alike = new Map<string, string[]>();
        for (const [run_id, former] of Object.entries(former_tags)) {
          const key = JSON.stringify(former);
          alike.set(key, [...(alike.get(key) ?? []), run_id]);
        }
        for (const [former, ids] of alike) {
          await this._client.updateRuns({
            run_ids: ids,
            tags: JSON.parse(former) as Record<string, string | null>
          });
        }
      }
    });
  }

  private _push(edit: IEdit): void {
    this._edits = [...this._edits, edit].slice(-MAX_EDITS);
    this._done.emit(edit);
  }

  private readonly _done = new Signal<this, IEdit>(this);
  private _edits: IEdit[] = [];
}

function valueOf(run: Run, field: Field): string | null {
  if (field === 'run_name' || field === 'note') {
    return run[field];
  }
  return run.tags[field.slice('tags.'.length)] ?? null;
}
