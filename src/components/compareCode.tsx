import * as React from 'react';
import { cellPairs, type ICellPair, type IViewRun } from '../view';
import { useExplorer } from './context';
import { Hint } from './states';

const PYTHON = 'text/x-python';

/** The code of each run against the baseline's: the tracked cell first, then what it stood on. */
export function CompareCode(props: {
  runs: readonly IViewRun[];
  baseline: number;
  wide: boolean;
  all: boolean;
}): React.ReactElement {
  const { trans } = useExplorer();
  const base = props.runs[props.baseline];
  return (
    <>
      {props.runs.map((run, index) => {
        const pairs = index === props.baseline ? [] : cellPairs(base, run);
        const shown = pairs.filter(
          pair => props.all || pair.before !== pair.after
        );
        return pairs.length === 0 ? null : (
          <section key={run.run_id} aria-label={trans.__('Code')}>
            <h4>
              {trans.__('Code: %1 → %2', base.run_name, run.run_name)}
              {shown.length < pairs.length && (
                <span className="jp-Lightflow-faint">
                  {trans._n(
                    '%1 equal cell',
                    '%1 equal cells',
                    pairs.length - shown.length
                  )}
                </span>
              )}
            </h4>
            {shown.length === 0 && (
              <Hint>{trans.__('The code is the same.')}</Hint>
            )}
            {shown.map((pair, number) => (
              <Merge
                key={number}
                pair={pair}
                mediaType={PYTHON}
                wide={props.wide}
                all={props.all}
              />
            ))}
          </section>
        );
      })}
    </>
  );
}

/** Two texts in an editor's merge view. */
export function Merge(props: {
  pair: ICellPair;
  mediaType: string;
  wide: boolean;
  all: boolean;
}): React.ReactElement {
  const { languages } = useExplorer();
  const host = React.useRef<HTMLDivElement>(null);
  const { pair, mediaType, wide, all } = props;
  React.useEffect(() => {
    let undo = (): void => undefined;
    let current = true;
    const show = async (): Promise<void> => {
      const [{ showMerge }, language] = await Promise.all([
        import('./mergeEditor'),
        languages?.getLanguage(mediaType)
      ]);
      if (current && host.current) {
        undo = showMerge(host.current, {
          before: pair.before,
          after: pair.after,
          wide,
          all,
          language: language?.support ?? []
        });
      }
    };
    void show();
    return () => {
      current = false;
      undo();
    };
  }, [pair.before, pair.after, mediaType, wide, all]);
  return (
    <div className="jp-Lightflow-cellpair">
      <div className="jp-Lightflow-faint">{pair.title}</div>
      <div ref={host} className="jp-Lightflow-merge" />
    </div>
  );
}
