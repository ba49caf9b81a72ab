import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import {
  Explorer,
  ExplorerProvider,
  type IExplorerContext
} from '../components';

/**
 * The explorer as a Lumino widget. While it is hidden nothing of it is in the page, so nothing is
 * drawn and no points are sent.
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
    return this._shown ? (
      <ExplorerProvider value={this._context()}>
        <Explorer wide={this._wide} />
      </ExplorerProvider>
    ) : (
      <></>
    );
  }

  private _show(): void {
    this._shown = true;
    void this._context().model.start();
    this.update();
  }

  private _shown = false;
}
