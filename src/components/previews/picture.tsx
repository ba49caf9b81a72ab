import * as React from 'react';
import { ErrorState, LoadingState } from '../states';
import { useBlobUrl } from './blobUrl';

/** Shown as an image only: a script in an SVG has no effect there. */
export function Picture(props: {
  run_id: string;
  path: string;
}): React.ReactElement {
  const { url, error } = useBlobUrl(props.run_id, props.path);
  if (error) {
    return <ErrorState error={error} />;
  }
  return url ? (
    <img className="jp-Lightflow-picture" src={url} alt={props.path} />
  ) : (
    <LoadingState />
  );
}
