import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import type { RunView } from '../view';
import { VIEW_MEDIA_TYPE, type IViewDocument } from '../view/document';

/** Draws a view from the notebook's own output: alive without kernel, server or widget manager. */
class RenderedView extends Widget implements IRenderMime.IRenderer {
  constructor(private readonly _mediaType: string) {
    super();
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const document = model.data[this._mediaType] as unknown as IViewDocument;
    // What draws is loaded with the first view, not with JupyterLab.
    const { RunView } = await import('../view');
    if (this.isDisposed) {
      return;
    }
    if (this._view) {
      this._view.update(document);
    } else {
      this._view = new RunView(this.node, document);
    }
  }

  override dispose(): void {
    this._view?.dispose();
    this._view = null;
    super.dispose();
  }

  private _view: RunView | null = null;
}

const extension: IRenderMime.IExtension = {
  id: 'lightflow-jlab:view',
  description: 'Draws Lightflow cards and comparisons in notebook outputs.',
  rendererFactory: {
    safe: true,
    mimeTypes: [VIEW_MEDIA_TYPE],
    createRenderer: options => new RenderedView(options.mimeType)
  },
  // Before the widget's own view (0) and HTML (50), which stand in the same output for others.
  rank: -10,
  dataType: 'json'
};

export default extension;
