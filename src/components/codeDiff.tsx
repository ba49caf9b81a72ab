import * as React from 'react';
import { useExplorer } from './context';
import { lineDiff, type IDiffLine } from './lineDiff';
import { Hint } from './states';

const CONTEXT_LINES = 3;
const SIGNS: Record<IDiffLine['kind'], string> = {
  same: ' ',
  removed: '−',
  added: '+'
};

/** What changed from one text to another; equal stretches are folded. */
export function CodeDiff(props: {
  before: string;
  after: string;
  all: boolean;
}): React.ReactElement {
  const { trans } = useExplorer();
  const lines = React.useMemo(
    () => lineDiff(props.before, props.after),
    [props.before, props.after]
  );
  if (!props.all && lines.every(line => line.kind === 'same')) {
    return <Hint>{trans.__('The code is the same.')}</Hint>;
  }
  const shown = lines.map(
    (_, index) =>
      props.all ||
      lines
        .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
        .some(line => line.kind !== 'same')
  );
  return (
    <pre className="jp-Lightflow-code jp-Lightflow-diff">
      {lines.map((line, index) =>
        shown[index] ? (
          <div key={index} data-kind={line.kind}>
            {SIGNS[line.kind]} {line.text}
          </div>
        ) : shown[index - 1] || index === 0 ? (
          <div key={index} className="jp-Lightflow-faint">
            ⋯
          </div>
        ) : null
      )}
    </pre>
  );
}
