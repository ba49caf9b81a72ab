import { downloadIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Artifact } from '../api';
import { ArtifactPreview } from './artifactPreview';
import { useExplorer } from './context';
import { download } from './download';
import { formatBytes } from './format';
import { useRequest } from './hooks';
import { ImageSeries, isImageSeries } from './previews/imageSeries';
import { ErrorState, Hint, LoadingState } from './states';

/** A folder of a run's artifacts; files open their preview below. */
export function ArtifactFolder(props: {
  run_id: string;
  path: string;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const [open, setOpen] = React.useState('');
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
  const { artifacts } = data;
  if (artifacts.length === 0) {
    return <Hint>{trans.__('This run has no artifacts.')}</Hint>;
  }
  if (isImageSeries(artifacts)) {
    return <ImageSeries run_id={props.run_id} images={artifacts} />;
  }
  return (
    <ul className="jp-Lightflow-tree">
      {artifacts.map(artifact => (
        <li key={artifact.path}>
          {artifact.is_dir ? (
            <Folder run_id={props.run_id} artifact={artifact} />
          ) : (
            <>
              <span className="jp-Lightflow-file">
                <button
                  className="jp-Lightflow-link jp-Lightflow-fileName"
                  title={nameOf(artifact)}
                  aria-expanded={open === artifact.path}
                  onClick={() =>
                    setOpen(open === artifact.path ? '' : artifact.path)
                  }
                >
                  {nameOf(artifact)}
                </button>
                <span className="jp-Lightflow-faint">
                  {formatBytes(artifact.size_bytes)}
                </span>
                <Download run_id={props.run_id} artifact={artifact} />
              </span>
              {open === artifact.path && (
                <ArtifactPreview run_id={props.run_id} path={artifact.path} />
              )}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** All files of a run in one; a configured server gives files one by one. */
export function DownloadAll(props: {
  run_id: string;
}): React.ReactElement | null {
  const { model, trans } = useExplorer();
  if (model.isReadOnly) {
    return null;
  }
  const save = async (): Promise<void> =>
    download(
      await model.client.artifactArchive(props.run_id),
      `${props.run_id}.zip`
    );
  return (
    <button className="jp-Lightflow-link" onClick={() => void save()}>
      {trans.__('Download all as zip')}
    </button>
  );
}

/** What is in it is asked for when it is opened. */
function Folder(props: {
  run_id: string;
  artifact: Artifact;
}): React.ReactElement {
  const [open, setOpen] = React.useState(false);
  return (
    <details
      open={open}
      onToggle={event => {
        event.stopPropagation();
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>{nameOf(props.artifact)}</summary>
      {open && (
        <ArtifactFolder run_id={props.run_id} path={props.artifact.path} />
      )}
    </details>
  );
}

function Download(props: {
  run_id: string;
  artifact: Artifact;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { path } = props.artifact;
  const save = async (): Promise<void> =>
    download(
      await model.client.artifactContent(props.run_id, path),
      nameOf(props.artifact)
    );
  return (
    <button
      className="jp-Lightflow-tool"
      title={trans.__('Download %1', path)}
      aria-label={trans.__('Download %1', path)}
      onClick={() => void save()}
    >
      <downloadIcon.react tag="span" height="14px" width="14px" />
    </button>
  );
}

function nameOf(artifact: Artifact): string {
  return artifact.path.slice(artifact.path.lastIndexOf('/') + 1);
}
