import * as React from 'react';
import type { Artifact, ArtifactPreview } from '../api';
import { useExplorer } from './context';
import { formatBytes } from './format';
import { useRequest } from './hooks';
import { ErrorState, Hint, LoadingState } from './states';

/** A folder of a run's artifacts; files open their preview below. */
export function ArtifactFolder(props: {
  run_id: string;
  path: string;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const [open, setOpen] = React.useState<Artifact | null>(null);
  const { data, error } = useRequest(
    () => model.client.artifacts(props.run_id, props.path),
    [props.run_id, props.path]
  );
  if (error) {
    return <ErrorState error={error} />;
  }
  if (!data) {
    return <LoadingState />;
  }
  if (data.artifacts.length === 0) {
    return <Hint>{trans.__('This run has no artifacts.')}</Hint>;
  }
  return (
    <ul className="jp-Lightflow-tree">
      {data.artifacts.map(artifact => (
        <li key={artifact.path}>
          {artifact.is_dir ? (
            <details>
              <summary>{nameOf(artifact)}</summary>
              <ArtifactFolder run_id={props.run_id} path={artifact.path} />
            </details>
          ) : (
            <>
              <button
                className="jp-Lightflow-link"
                aria-expanded={open === artifact}
                onClick={() => setOpen(open === artifact ? null : artifact)}
              >
                {nameOf(artifact)}
              </button>
              <span className="jp-Lightflow-faint">
                {formatBytes(artifact.size_bytes)}
              </span>
              <Download run_id={props.run_id} artifact={artifact} />
              {open === artifact && (
                <Preview run_id={props.run_id} path={artifact.path} />
              )}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Download(props: {
  run_id: string;
  artifact: Artifact;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const save = async (): Promise<void> => {
    const blob = await model.client.artifactContent(
      props.run_id,
      props.artifact.path
    );
    const url = URL.createObjectURL(blob);
    const link = document.createElement('a');
    link.href = url;
    link.download = nameOf(props.artifact);
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <button
      className="jp-Lightflow-link"
      title={trans.__('Download %1', props.artifact.path)}
      onClick={() => void save()}
    >
      ⤓
    </button>
  );
}

function Preview(props: { run_id: string; path: string }): React.ReactElement {
  const { model, trans } = useExplorer();
  const { data, error } = useRequest(
    () => model.client.artifactPreview(props.run_id, props.path),
    [props.run_id, props.path]
  );
  if (error) {
    return <ErrorState error={error} />;
  }
  if (!data) {
    return <LoadingState />;
  }
  switch (data.kind) {
    case 'image':
      return <Picture {...props} />;
    case 'table':
      return <Table preview={data} />;
    case 'text':
      return (
        <pre className="jp-Lightflow-code">
          {data.text}
          {data.truncated &&
            `\n… ${trans.__('cut here; download it to see all')}`}
        </pre>
      );
    default:
      return (
        <Hint>
          {trans.__('There is no preview of this kind of file. Download it.')}
        </Hint>
      );
  }
}

/** Shown as an image only: a script in an SVG has no effect there. */
function Picture(props: { run_id: string; path: string }): React.ReactElement {
  const { model } = useExplorer();
  const [url, setUrl] = React.useState('');
  const { data, error } = useRequest(
    () => model.client.artifactContent(props.run_id, props.path),
    [props.run_id, props.path]
  );
  React.useEffect(() => {
    if (!data) {
      return;
    }
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  if (error) {
    return <ErrorState error={error} />;
  }
  return url ? (
    <img className="jp-Lightflow-picture" src={url} alt={props.path} />
  ) : (
    <LoadingState />
  );
}

function Table(props: { preview: ArtifactPreview }): React.ReactElement {
  const { columns, rows, truncated } = props.preview;
  const { trans } = useExplorer();
  return (
    <div className="jp-Lightflow-scroll">
      <table className="jp-Lightflow-matrix">
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th scope="col" key={index}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{String(cell ?? '')}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {truncated && <Hint>{trans.__('Only the first rows are shown.')}</Hint>}
    </div>
  );
}

function nameOf(artifact: Artifact): string {
  return artifact.path.slice(artifact.path.lastIndexOf('/') + 1);
}
