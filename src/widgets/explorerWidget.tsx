import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import type { Explorer, IExplorerContext, IPanelPlace } from '../components';

/**
 * The explorer as a Lumino widget. While it is hidden nothing of it is in the page, so nothing is
 * drawn and no points are sent; its script is loaded when it is first shown.
 */
export class ExplorerWidget extends ReactWidget {
  constructor(
    private readonly _context: () => IExplorerContext,
    private readonly _wide: boolean
  ) {
    super();
    this.addClass('jp-Lightflow');
  }

  protected override onBeforeShow(message: Message): void {
    super.onBeforeShow(message);
    this._show();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this._show();
    }
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._shown = false;
    this.update();
  }

  /** Settings have changed. */
  refresh(): void {
    this.update();
  }

  protected render(): React.ReactElement {
    if (!this._shown) {
      return <></>;
    }
    if (this._explorer === null) {
      return <div className="jp-Lightflow-message">{this._failure}</div>;
    }
    return (
      <this._explorer
        context={this._context()}
        wide={this._wide}
        place={this._place}
      />
    );
  }

  private _show(): void {
    this._shown = true;
    void this._context().model.start();
    void this._load();
    this.update();
  }

  private async _load(): Promise<void> {
    try {
      this._explorer ??= (await import('../components')).Explorer;
      this._failure = '';
    } catch (error) {
      this._failure = String(error);
    }
    this.update();
  }

  private readonly _place: IPanelPlace = { tab: null };
  private _explorer: typeof Explorer | null = null;
  private _failure = '';
  private _shown = false;
}
