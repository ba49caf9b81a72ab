import * as React from 'react';
import { useExplorer } from '../context';

/** Stands before all of the file: nothing is loaded from elsewhere, no script runs. */
const RULE =
  '<meta http-equiv="Content-Security-Policy" content="' +
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:" +
  '">';

/** Someone's HTML in a frame of its own: without scripts, forms, links out, or this page's origin. */
export function HtmlPreview(props: {
  text: string;
  path: string;
}): React.ReactElement {
  const { trans } = useExplorer();
  return (
    <>
      <iframe
        className="jp-Lightflow-frame"
        sandbox=""
        srcDoc={`<!doctype html>${RULE}${props.text}`}
        title={props.path}
      />
      <div className="jp-Lightflow-faint">
        {trans.__('Shown without scripts; download it to see all.')}
      </div>
    </>
  );
}
