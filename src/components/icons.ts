import { LabIcon } from '@jupyterlab/ui-components';

/** In JupyterLab's own style: its icons have none for this. */
export const bookmarkIcon = new LabIcon({
  name: 'lightflow:bookmark',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M6 3h12v18l-6-4.5L6 21V3zm2 2v12l4-3 4 3V5H8z"/>
</svg>`
});

export const trashIcon = new LabIcon({
  name: 'lightflow:trash',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M9 3h6l1 2h4v2H4V5h4l1-2zM6 8h12l-1 13H7L6 8zm2.2 2 .7 9h6.2l.7-9H8.2z"/>
</svg>`
});
