import { ServerConnection, type Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

type Presence = 'asked' | 'there' | 'gone';

/**
 * Tells which notebook the runs of a cell belong to. A renamed notebook and a copy look alike: both
 * have cells whose runs name another path. Where nothing is at that path any more it was a rename,
 * and the runs belong here; where the other notebook is still there they are its own.
 */
export class NotebookPlaces implements IDisposable {
  constructor(private readonly _contents: Contents.IManager) {
    this._contents.fileChanged.connect(this._forget, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** An answer of `belongs` may be another one now. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether runs that name `source_name` belong to the notebook at `path`; false until known. */
  belongs(source_name: string, path: string): boolean {
    if (source_name === this._contents.localPath(path)) {
      return true;
    }
    // Without a path, or with one from outside of the server's folder, the cell's id has to do.
    if (source_name === '' || /^(\/|[A-Za-z]:)/.test(source_name)) {
      return true;
    }
    const presence = this._presence.get(source_name);
    if (presence === undefined) {
      this._presence.set(source_name, 'asked');
      void this._ask(source_name);
    }
    return presence === 'gone';
  }

  dispose(): void {
    this._isDisposed = true;
    this._contents.fileChanged.disconnect(this._forget, this);
    Signal.clearData(this);
  }

  private async _ask(source_name: string): Promise<void> {
    let presence: Presence = 'there';
    try {
      await this._contents.get(source_name, { content: false });
    } catch (error) {
      if (
        error instanceof ServerConnection.ResponseError &&
        error.response.status === 404
      ) {
        presence = 'gone';
      }
    }
    if (this._presence.has(source_name)) {
      this._presence.set(source_name, presence);
      this._changed.emit();
    }
  }

  private _forget(_: unknown, { type }: Contents.IChangedArgs): void {
    if (type !== 'save' && this._presence.size > 0) {
      this._presence.clear();
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _presence = new Map<string, Presence>();
  private _isDisposed = false;
}
