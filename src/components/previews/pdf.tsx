import * as React from 'react';
import { ErrorState, LoadingState } from '../states';
import { useBlobUrl } from './blobUrl';

/** In the browser's own viewer, which a sandbox would switch off. It is given as a PDF whatever it is. */
export function PdfPreview(props: {
  run_id: string;
  path: string;
}): React.ReactElement {
  const { url, error } = useBlobUrl(
    props.run_id,
    props.path,
    'application/pdf'
  );
  if (error) {
    return <ErrorState error={error} />;
  }
  return url ? (
    <iframe className="jp-Lightflow-frame" src={url} title={props.path} />
  ) : (
    <LoadingState />
  );
}
