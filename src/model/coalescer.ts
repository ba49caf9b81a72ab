import type { IDisposable } from '@lumino/disposable';

/**
 * Calls a function at most once per interval and never twice at a time. However fast the requests
 * come, each is followed by a call that begins after it.
 */
export class Coalescer implements IDisposable {
  constructor(
    private readonly _call: () => Promise<void>,
    private readonly _interval_ms: number
  ) {}

  get isDisposed(): boolean {
    return this._disposed;
  }

  request(): void {
    if (this._disposed) {
      return;
    }
    if (this._calling) {
      this._again = true;
    } else {
      this._timer ??= setTimeout(() => void this._run(), this._interval_ms);
    }
  }

  dispose(): void {
    this._disposed = true;
    clearTimeout(this._timer);
  }

  private async _run(): Promise<void> {
    this._timer = undefined;
    this._calling = true;
    try {
      await this._call();
    } finally {
      this._calling = false;
      if (this._again) {
        this._again = false;
        this.request();
      }
    }
  }

  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _calling = false;
  private _again = false;
  private _disposed = false;
}
