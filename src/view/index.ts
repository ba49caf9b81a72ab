export { VIEW_MEDIA_TYPE, type IViewDocument, type IViewRun } from './document';
export { RunView } from './view';
