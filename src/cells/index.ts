export { openChipMenu } from './chipMenu';
export { NotebookChips } from './notebookChips';
export { NotebookPlaces } from './notebookPlaces';
export { insertBelow, readOnlyCell, replaceSource } from './restore';
export { findRunCell, showCell, type ICellPlace } from './runPlace';
