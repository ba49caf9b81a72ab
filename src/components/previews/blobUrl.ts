import * as React from 'react';
import { useExplorer } from '../context';
import { useRequest } from '../hooks';

/** An address within the page for a file's content, of the type that we say; empty while it loads. */
export function useBlobUrl(
  run_id: string,
  path: string,
  media_type?: string
): { url: string; error: Error | null } {
  const { model } = useExplorer();
  const [url, setUrl] = React.useState('');
  const { data, error } = useRequest(
    () => model.client.artifactContent(run_id, path),
    [run_id, path]
  );
  React.useEffect(() => {
    if (!data) {
      return;
    }
    const made = URL.createObjectURL(
      media_type ? new Blob([data], { type: media_type }) : data
    );
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data, media_type]);
  return { url, error };
}
