import { VDomRenderer } from '@jupyterlab/ui-components';
import { TextItem } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IRunsModel } from '../model';

/** How many runs are running; a click shows them. Empty while there are none. */
export class RunningStatus extends VDomRenderer {
  constructor(
    private readonly _runs: IRunsModel,
    private readonly _trans: TranslationBundle,
    private readonly _open: () => void
  ) {
    super();
    this.addClass('jp-mod-highlighted');
    this._runs.changed.connect(this.update, this);
  }

  override dispose(): void {
    this._runs.changed.disconnect(this.update, this);
    super.dispose();
  }

  protected render(): React.ReactElement | null {
    const { running } = this._runs;
    if (running === 0) {
      return null;
    }
    return (
      <TextItem
        source={this._trans._n('%1 run running', '%1 runs running', running)}
        title={this._trans.__('Show the runs in the Lightflow sidebar')}
        onClick={this._open}
      />
    );
  }
}
