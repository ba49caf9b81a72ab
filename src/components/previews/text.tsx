import * as React from 'react';
import type { ArtifactPreview } from '../../api';
import { useExplorer } from '../context';
import { formatBytes } from '../format';

const PART_BYTES = 256 * 1024;

/** Text; of a long file its beginning, and more on demand. */
export function TextPreview(props: {
  run_id: string;
  preview: ArtifactPreview;
}): React.ReactElement {
  const { model, trans } = useExplorer();
  const { path, size_bytes } = props.preview;
  const [text, setText] = React.useState(props.preview.text);
  const [end, setEnd] = React.useState(() =>
    props.preview.truncated
      ? new TextEncoder().encode(props.preview.text).length
      : size_bytes
  );
  const [error, setError] = React.useState('');
  const [loading, setLoading] = React.useState(false);
  const decoder = React.useRef(new TextDecoder());
  const more = async (): Promise<void> => {
    const next = Math.min(size_bytes, end + PART_BYTES);
    setLoading(true);
    try {
      const part = await model.client.artifactContent(props.run_id, path, [
        end,
        next
      ]);
      const bytes = await part.arrayBuffer();
      // A character cut in half waits for its other half.
      setText(text + decoder.current.decode(bytes, { stream: true }));
      setEnd(next);
      setError('');
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setLoading(false);
    }
  };
  return (
    <>
      <pre className="jp-Lightflow-code">{text}</pre>
      {error && <div className="jp-Lightflow-message">{error}</div>}
      {end < size_bytes && (
        <button
          className="jp-Lightflow-link"
          disabled={loading}
          onClick={() => void more()}
        >
          {trans.__(
            'Show more: %1 of %2 are here',
            formatBytes(end),
            formatBytes(size_bytes)
          )}
        </button>
      )}
    </>
  );
}
