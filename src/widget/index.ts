import 'uplot/dist/uPlot.min.css';
import '../../style/charts.css';
import '../../style/table.css';
import '../../style/details.css';
import '../../style/view.css';
import type { RenderProps } from '@anywidget/types';
import { RunView, type IViewDocument } from '../view';

interface IModel {
  document: IViewDocument;
}

/** What anywidget calls for each place in which the widget is shown; returns the undo. */
function render({ model, el }: RenderProps<IModel>): () => void {
  const view = new RunView(el, model.get('document'));
  const update = (): void => view.update(model.get('document'));
  model.on('change:document', update);
  return () => {
    model.off('change:document', update);
    view.dispose();
  };
}

export default { render };
