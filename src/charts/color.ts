/** Told apart by most people with a colour vision deficiency, on light and on dark. */
const PALETTE = [
  '#3b82c4',
  '#e07b28',
  '#2f9e77',
  '#d1495b',
  '#8a63c9',
  '#a0742c',
  '#d667a5',
  '#5f9ea0',
  '#8f9e1f',
  '#6b7bd6',
  '#c2543a',
  '#4a8f3c'
];

/** A run's colour: it lies in the id, so it is the same in every view and at every visit. */
export function runColor(run_id: string): string {
  return PALETTE[parseInt(run_id.slice(0, 8), 16) % PALETTE.length];
}

/** The colour of the n-th group of runs. */
export function groupColor(index: number): string {
  return PALETTE[index % PALETTE.length];
}
