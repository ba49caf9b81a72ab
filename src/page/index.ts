import 'uplot/dist/uPlot.min.css';
import '../../style/page.css';
import '../../style/charts.css';
import '../../style/table.css';
import '../../style/details.css';
import '../../style/view.css';
import { RunView, type IViewDocument } from '../view';
import { DOCUMENT_ID } from '../view/page';

/** A comparison that was saved as a file draws itself. */
const holder = document.getElementById(DOCUMENT_ID);
const host = document.createElement('main');
document.body.append(host);
new RunView(host, JSON.parse(holder?.textContent ?? '') as IViewDocument);
