import { Signal, type ISignal } from '@lumino/signaling';
import type { Run } from '../api';

/** More lines than this are not told apart any more. */
export const MAX_SELECTED = 20;

/** The runs that are charted and compared, in the order they were chosen, and the one in focus. */
export class Selection {
  get runs(): readonly Run[] {
    return this._runs;
  }

  /** The run whose details are shown. */
  get focused(): Run | null {
    return this._focused;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  has(run_id: string): boolean {
    return this._runs.some(run => run.run_id === run_id);
  }

  /** Take a run in or out. False where there is no room for one more. */
  toggle(run: Run): boolean {
    if (this.has(run.run_id)) {
      this._runs = this._runs.filter(one => one.run_id !== run.run_id);
    } else if (this._runs.length < MAX_SELECTED) {
      this._runs = [...this._runs, run];
    } else {
      return false;
    }
    this._changed.emit();
    return true;
  }

  set(runs: readonly Run[]): void {
    this._runs = runs.slice(0, MAX_SELECTED);
    this._changed.emit();
  }

  focus(run: Run | null): void {
    this._focused = run;
    this._changed.emit();
  }

  apply(changed: readonly Run[], removed: readonly string[]): void {
    const byId = new Map(changed.map(run => [run.run_id, run]));
    const touched = this._runs.some(
      run => byId.has(run.run_id) || removed.includes(run.run_id)
    );
    const focus =
      this._focused && (byId.get(this._focused.run_id) ?? this._focused);
    if (!touched && focus === this._focused) {
      return;
    }
    this._runs = this._runs
      .filter(run => !removed.includes(run.run_id))
      .map(run => byId.get(run.run_id) ?? run);
    this._focused = focus && removed.includes(focus.run_id) ? null : focus;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _runs: readonly Run[] = [];
  private _focused: Run | null = null;
}
