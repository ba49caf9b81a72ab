import { Notification } from '@jupyterlab/apputils';
import * as React from 'react';
import { useExplorer } from './context';
import { download, fileName, pngOf } from './download';

interface IChartMenuProps {
  title: string;
  /** The chart as a file that stands by itself. */
  svg: () => string;
  /** The points that are drawn. */
  csv: (() => string) | null;
  /** Python that draws this chart. */
  code: (() => string) | null;
}

/** What can be taken away from a chart: pictures, numbers, code. */
export function ChartMenu(props: IChartMenuProps): React.ReactElement {
  const { trans, insertCode } = useExplorer();
  const details = React.useRef<HTMLDetailsElement>(null);
  const act = (action: () => void | Promise<void>) => async () => {
    details.current?.removeAttribute('open');
    try {
      await action();
    } catch (error) {
      Notification.error(
        error instanceof Error ? error.message : String(error)
      );
    }
  };
  const save = (content: Blob, ending: string): void =>
    download(content, fileName(props.title, ending));
  const { svg, csv, code } = props;
  return (
    <details
      ref={details}
      className="jp-Lightflow-actions"
      onBlur={event => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          event.currentTarget.removeAttribute('open');
        }
      }}
    >
      <summary
        aria-label={trans.__('Take away %1', props.title)}
        title={trans.__('Save or insert')}
      >
        ⋯
      </summary>
      <div className="jp-Lightflow-menu" role="menu">
        <button
          role="menuitem"
          onClick={() =>
            void act(async () => save(await pngOf(svg()), 'png'))()
          }
        >
          {trans.__('Save as PNG')}
        </button>
        <button
          role="menuitem"
          onClick={() =>
            void act(() =>
              save(new Blob([svg()], { type: 'image/svg+xml' }), 'svg')
            )()
          }
        >
          {trans.__('Save as SVG')}
        </button>
        {csv && (
          <button
            role="menuitem"
            onClick={() =>
              void act(() =>
                save(new Blob([csv()], { type: 'text/csv' }), 'csv')
              )()
            }
          >
            {trans.__('Save points as CSV')}
          </button>
        )}
        {code && insertCode && (
          <button
            role="menuitem"
            onClick={() => void act(() => insertCode(code()))()}
          >
            {trans.__('Insert its code')}
          </button>
        )}
      </div>
    </details>
  );
}
