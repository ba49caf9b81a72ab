import * as React from 'react';
import type { ArtifactPreview as Preview } from '../api';
import { useExplorer } from './context';
import { useRequest } from './hooks';
import { Markdown } from './markdown';
import { AudioPreview } from './previews/audio';
import { HtmlPreview } from './previews/html';
import { NotebookPreview } from './previews/notebook';
import { PdfPreview } from './previews/pdf';
import { Picture } from './previews/picture';
import { TablePreview } from './previews/table';
import { TextPreview } from './previews/text';
import { ErrorState, Hint, LoadingState } from './states';

/** What a file looks like. Nothing of it runs, whatever it is. */
export function ArtifactPreview(props: {
  run_id: string;
  path: string;
}): React.ReactElement {
  const { model } = useExplorer();
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
  return <PreviewOf run_id={props.run_id} preview={data} />;
}

/** The same, of a preview that is here. */
export function PreviewOf(props: {
  run_id: string;
  preview: Preview;
}): React.ReactElement {
  const { trans } = useExplorer();
  const { run_id, preview: data } = props;
  const { path } = data;
  switch (data.kind) {
    case 'image':
      return <Picture run_id={run_id} path={path} />;
    case 'pdf':
      return <PdfPreview run_id={run_id} path={path} />;
    case 'audio':
      return (
        <AudioPreview
          run_id={run_id}
          path={path}
          media_type={data.media_type}
        />
      );
    case 'table':
      return <TablePreview run_id={run_id} first={data} />;
    case 'markdown':
      return <Markdown text={data.text} />;
    case 'html':
      return <HtmlPreview text={data.text} path={path} />;
    case 'notebook':
      return <NotebookPreview text={data.text} />;
    case 'text':
      return <TextPreview run_id={run_id} preview={data} />;
    default:
      return (
        <Hint>
          {data.text ||
            trans.__('There is no preview of this kind of file. Download it.')}
        </Hint>
      );
  }
}
