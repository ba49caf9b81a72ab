import { cellPairs } from './cells';
import type { IViewDocument } from './document';
import { element } from './dom';
import { foldedDiff } from './foldedDiff';
import type { IViewState } from './state';

const SIGNS = { same: ' ', removed: '−', added: '+', fold: '⋯' };

/** The code of each run against the baseline's. */
export function code(view: IViewDocument, state: IViewState): HTMLElement {
  const all = element('div', 'jp-Lightflow-compare');
  const base =
    view.runs.find(run => run.run_id === state.baseline_id) ?? view.runs[0];
  for (const run of view.runs) {
    if (run === base) {
      continue;
    }
    const pairs = cellPairs(base, run).filter(
      pair => !state.differences || pair.before !== pair.after
    );
    if (pairs.length > 0) {
      all.append(element('h4', '', `Code: ${base.run_name} → ${run.run_name}`));
    }
    for (const { title, before, after } of pairs) {
      const lines = foldedDiff(before, after, !state.differences);
      const block = element('pre', 'jp-Lightflow-code jp-Lightflow-diff');
      for (const { kind, text } of lines) {
        const line = element('div', '', `${SIGNS[kind]} ${text}`);
        line.dataset.kind = kind;
        block.append(line);
      }
      all.append(element('div', 'jp-Lightflow-faint', title), block);
    }
  }
  return all;
}
