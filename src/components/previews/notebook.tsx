import * as React from 'react';
import { useExplorer } from '../context';
import { Markdown } from '../markdown';
import { Hint } from '../states';

type Text = string | string[];

interface ICell {
  cell_type?: string;
  source?: Text;
  execution_count?: number | null;
  outputs?: IOutput[];
}

interface IOutput {
  text?: Text;
  data?: Record<string, Text>;
  traceback?: string[];
}

const PICTURES = ['image/png', 'image/jpeg'];
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** A notebook to read: code, markdown, and of its outputs texts and pictures. */
export function NotebookPreview(props: { text: string }): React.ReactElement {
  const { trans } = useExplorer();
  const cells = React.useMemo(() => cellsOf(props.text), [props.text]);
  if (cells === null) {
    return <Hint>{trans.__('This is no notebook that can be read.')}</Hint>;
  }
  return (
    <div className="jp-Lightflow-notebook">
      {cells.map((cell, index) =>
        cell.cell_type === 'markdown' ? (
          <Markdown key={index} text={joined(cell.source)} />
        ) : (
          <div key={index}>
            <pre className="jp-Lightflow-code">{joined(cell.source)}</pre>
            {(Array.isArray(cell.outputs) ? cell.outputs : []).map(
              (output, number) => (
                <Output key={number} output={output} />
              )
            )}
          </div>
        )
      )}
    </div>
  );
}

function Output(props: { output: IOutput }): React.ReactElement | null {
  const { text, data, traceback } = props.output;
  const picture = PICTURES.find(type => data?.[type]);
  if (data && picture) {
    return (
      <img
        className="jp-Lightflow-picture"
        alt={joined(data['text/plain'])}
        src={`data:${picture};base64,${joined(data[picture]).replace(/[^\w+/=]/g, '')}`}
      />
    );
  }
  const shown = traceback
    ? traceback.join('\n')
    : joined(text ?? data?.['text/plain']);
  return shown === '' ? null : (
    <pre className="jp-Lightflow-output">{shown.replace(COLOURS, '')}</pre>
  );
}

function cellsOf(text: string): ICell[] | null {
  try {
    const { cells } = JSON.parse(text) as { cells?: unknown };
    return Array.isArray(cells)
      ? cells.filter(
          (cell): cell is ICell => typeof cell === 'object' && cell !== null
        )
      : null;
  } catch {
    return null;
  }
}

function joined(text: Text | undefined): string {
  return Array.isArray(text) ? text.join('') : String(text ?? '');
}
