import * as React from 'react';
import { cellsOf } from './compareDetails';
import { useExplorer } from './context';
import { factsOf } from './facts';
import { useRequest } from './hooks';
import { Pairs } from './pairs';
import { ErrorState, Hint, LoadingState } from './states';

/** One of a run's documents, as what it is: cells, facts, or text. */
export function RunDocument(props: {
  run_id: string;
  kind: string;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { data, error } = useRequest(
    () => model.client.document(props.run_id, props.kind),
    [props.run_id, props.kind]
  );
  if (error) {
    return <ErrorState error={error} />;
  }
  if (!data) {
    return <LoadingState />;
  }
  if (props.kind === 'slice' && !data.truncated) {
    return <Cells slice={data.text} />;
  }
  const facts = factsOf(data);
  if (facts.length > 0) {
    return <Pairs rows={facts} />;
  }
  return (
    <pre className="jp-Lightflow-code">
      {data.text}
      {data.truncated && `\n… ${trans.__('cut here')}`}
    </pre>
  );
}

/** The cells before the tracked one, in the order in which they ran. */
function Cells(props: { slice: string }): React.ReactElement {
  const { trans } = useExplorer();
  const [, ...cells] = cellsOf(null, props.slice);
  if (cells.length === 0) {
    return <Hint>{trans.__('It stood on no other cell.')}</Hint>;
  }
  return (
    <>
      {cells.map((cell, index) => (
        <React.Fragment key={index}>
          {cell.execution_count !== null && (
            <div className="jp-Lightflow-faint">[{cell.execution_count}]</div>
          )}
          <pre className="jp-Lightflow-code">{cell.source}</pre>
        </React.Fragment>
      ))}
    </>
  );
}
