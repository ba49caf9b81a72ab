import { LabIcon } from '@jupyterlab/ui-components';

/** Two curves that part from one line. */
const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="none" stroke="#616161" stroke-width="2.2" stroke-linecap="round">
    <path d="M3 12h5c5 0 5-7 12-7"/>
    <path d="M8 12c5 0 5 7 12 7"/>
  </g>
  <circle class="jp-icon3" fill="#616161" cx="3.5" cy="12" r="2.2"/>
</svg>`;

export const lightflowIcon = new LabIcon({ name: 'lightflow:icon', svgstr });
