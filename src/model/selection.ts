import { Signal, type ISignal } from '@lumino/signaling';
import type { Run } from '../api';

export const MAX_CHARTED = 100;
/** More columns than this are not seen together any more. */
export const MAX_COMPARED = 20;

/**
 * The runs that are marked, in the order they were marked, and the one in focus. The first of them
 * are charted, fewer are compared; commands are for all.
 */
export class Selection {
  /** What is charted: at most `MAX_CHARTED`. */
  get runs(): readonly Run[] {
    return this._runs;
  }

  /** What is compared: the first `MAX_COMPARED` of them. */
  get compared(): readonly Run[] {
    return this._runs.slice(0, MAX_COMPARED);
  }

  /** The ids of all that are marked. */
  get run_ids(): readonly string[] {
    return [...this._marked.keys()];
  }

  get count(): number {
    return this._marked.size;
  }

  /** The run whose details are shown. */
  get focused(): Run | null {
    return this._focused;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  has(run_id: string): boolean {
    return this._marked.has(run_id);
  }

  toggle(run: Run): void {
    if (!this._marked.delete(run.run_id)) {
      this._marked.set(run.run_id, run);
    }
    this._emit();
  }

  /** Mark these besides those that are. */
  add(runs: readonly Run[]): void {
    runs.forEach(run => this._marked.set(run.run_id, run));
    this._emit();
  }

  set(runs: readonly Run[]): void {
    this._marked = new Map(runs.map(run => [run.run_id, run]));
    this._emit();
  }

  /** Mark runs of which the first are known. */
  setIds(run_ids: readonly string[], known: readonly Run[]): void {
    const byId = new Map(known.map(run => [run.run_id, run]));
    this._marked = new Map(run_ids.map(id => [id, byId.get(id) ?? null]));
    this._emit();
  }

  /** How often details were asked for, of the run that they show already too. */
  get asked(): number {
    return this._asked;
  }

  focus(run: Run | null): void {
    this._focused = run;
    this._asked += run === null ? 0 : 1;
    this._changed.emit();
  }

  apply(changed: readonly Run[], removed: readonly string[]): void {
    let touched = false;
    for (const run of changed) {
      if (this._marked.has(run.run_id)) {
        this._marked.set(run.run_id, run);
        touched = true;
      }
      if (this._focused?.run_id === run.run_id) {
        this._focused = run;
        touched = true;
      }
    }
    for (const run_id of removed) {
      touched = this._marked.delete(run_id) || touched;
      if (this._focused?.run_id === run_id) {
        this._focused = null;
        touched = true;
      }
    }
    if (touched) {
      this._emit();
    }
  }

  private _emit(): void {
    const runs: Run[] = [];
    for (const run of this._marked.values()) {
      if (run !== null && runs.length < MAX_CHARTED) {
        runs.push(run);
      }
    }
    this._runs = runs;
    this._changed.emit();
  }

  private _asked = 0;
  private readonly _changed = new Signal<this, void>(this);
  private _marked = new Map<string, Run | null>();
  private _runs: readonly Run[] = [];
  private _focused: Run | null = null;
}
