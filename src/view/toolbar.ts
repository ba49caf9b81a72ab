import type { IViewDocument } from './document';
import { checkbox, choice, element, slider } from './dom';
import type { IViewState } from './state';

/** How charts and tables of a view are shown. */
export function toolbar(
  view: IViewDocument,
  state: IViewState,
  change: (patch: Partial<IViewState>) => void
): HTMLElement {
  const bar = element('div', 'jp-Lightflow-toolbar');
  if (view.series.length > 0) {
    bar.append(
      choice(
        'Across',
        [
          ['step', 'Step'],
          ['relative', 'Since start'],
          ['time', 'Time']
        ],
        state.x,
        x => change({ x, zoom: null })
      ),
      slider('Smooth', state.smoothing, smoothing => change({ smoothing })),
      checkbox('Log x', state.log_x, log_x => change({ log_x })),
      checkbox('Log y', state.log_y, log_y => change({ log_y })),
      checkbox('Ignore outliers', state.robust, robust => change({ robust }))
    );
  }
  if (view.kind === 'comparison') {
    bar.append(
      checkbox('Differences only', state.differences, differences =>
        change({ differences })
      ),
      choice(
        'Rows',
        [
          ['differing', 'differing first'],
          ['key', 'by name']
        ],
        state.order,
        order => change({ order })
      ),
      choice(
        'Baseline',
        view.runs.map(run => [run.run_id, run.run_name] as const),
        state.baseline_id,
        baseline_id => change({ baseline_id })
      )
    );
  }
  return bar;
}
