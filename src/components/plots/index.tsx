import * as React from 'react';
import { useExplorer } from '../context';
import { ErrorState, Hint, LoadingState } from '../states';
import { Bars } from './bars';
import { ImportanceChart } from './importanceChart';
import { useManyRuns } from './manyRuns';
import { Parallel } from './parallel';
import { Registered } from './registered';
import { Scatter } from './scatter';

/** What is drawn of many runs at once, beside their curves. */
export function Plots(props: { kind: string }): React.ReactElement {
  const { charts, trans } = useExplorer();
  const { runs, ticked, total, error } = useManyRuns();
  if (error) {
    return <ErrorState error={error} />;
  }
  if (runs === null) {
    return <LoadingState />;
  }
  if (runs.length === 0) {
    return <Hint>{trans.__('There are no runs to draw.')}</Hint>;
  }
  const renderer = charts.renderers.find(one => one.id === props.kind);
  return (
    <div>
      <p className="jp-Lightflow-faint">
        {ticked
          ? trans.__('%1 ticked runs', total)
          : runs.length < total
            ? trans.__(
                'The first %1 of %2 runs; tick some to see only these',
                runs.length.toLocaleString(),
                total.toLocaleString()
              )
            : trans.__('All %1 runs; tick some to see only these', total)}
      </p>
      {props.kind === 'scatter' && <Scatter runs={runs} />}
      {props.kind === 'bars' && <Bars runs={runs} />}
      {props.kind === 'parallel' && <Parallel runs={runs} />}
      {props.kind === 'importance' && <ImportanceChart runs={runs} />}
      {renderer && (
        <Registered key={renderer.id} renderer={renderer} runs={runs} />
      )}
    </div>
  );
}
