import * as React from 'react';
import { ErrorState, LoadingState } from '../states';
import { useBlobUrl } from './blobUrl';

/** In the browser's own player. It is given as a sound whatever it is. */
export function AudioPreview(props: {
  run_id: string;
  path: string;
  media_type: string;
}): React.ReactElement {
  const { run_id, path, media_type } = props;
  const { url, error } = useBlobUrl(run_id, path, media_type);
  if (error) {
    return <ErrorState error={error} />;
  }
  return url ? (
    <audio controls src={url} aria-label={path} />
  ) : (
    <LoadingState />
  );
}
