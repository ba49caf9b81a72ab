import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';
import type { ArtifactPreview } from '../../api';
import { useExplorer } from '../context';

const ROW_PX = 22;
/** So many rows before the end of what is here the next page is asked for. */
const AHEAD = 50;

/** A table as long as its file: rows out of sight are not in the page, further pages load by scrolling. */
export function TablePreview(props: {
  run_id: string;
  first: ArtifactPreview;
}): React.ReactElement {
  const { trans } = useExplorer();
  const { rows, next, error, more } = usePages(props.run_id, props.first);
  const host = React.useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => host.current,
    estimateSize: () => ROW_PX,
    overscan: 10
  });
  const items = virtual.getVirtualItems();
  const last = items.length > 0 ? items[items.length - 1].index : 0;
  React.useEffect(() => {
    if (next !== null && last >= rows.length - AHEAD) {
      more();
    }
  }, [last, rows.length, next]);
  const above = items.length > 0 ? items[0].start : 0;
  const below =
    items.length > 0 ? virtual.getTotalSize() - items[items.length - 1].end : 0;
  return (
    <>
      <div ref={host} className="jp-Lightflow-sheet" tabIndex={0}>
        <table className="jp-Lightflow-matrix">
          <thead>
            <tr>
              {props.first.columns.map((column, index) => (
                <th scope="col" key={index}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <tr style={{ height: above }} />}
            {items.map(({ index }) => (
              <tr key={index} style={{ height: ROW_PX }}>
                {rows[index].map((cell, column) => (
                  <td key={column}>{String(cell ?? '')}</td>
                ))}
              </tr>
            ))}
            {below > 0 && <tr style={{ height: below }} />}
          </tbody>
        </table>
      </div>
      {error && <div className="jp-Lightflow-message">{error}</div>}
      <div className="jp-Lightflow-faint" role="status">
        {next === null && !props.first.truncated
          ? trans._n('%1 row', '%1 rows', rows.length)
          : next === null
            ? trans.__('All %1 rows', rows.length.toLocaleString())
            : trans.__(
                '%1 rows so far; scroll for more',
                rows.length.toLocaleString()
              )}
      </div>
    </>
  );
}

function usePages(
  run_id: string,
  first: ArtifactPreview
): {
  rows: readonly unknown[][];
  next: number | null;
  error: string;
  more: () => void;
} {
  const { model } = useExplorer();
  const [rows, setRows] = React.useState(first.rows);
  const [next, setNext] = React.useState(first.next_start);
  const [error, setError] = React.useState('');
  const loading = React.useRef(false);
  const load = async (start: number): Promise<void> => {
    loading.current = true;
    try {
      const page = await model.client.artifactPreview(
        run_id,
        first.path,
        start
      );
      setRows(known => [...known, ...page.rows]);
      setNext(page.next_start);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      loading.current = false;
    }
  };
  const more = (): void => {
    if (next !== null && !loading.current) {
      void load(next);
    }
  };
  return { rows, next, error, more };
}
