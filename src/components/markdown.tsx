import { MimeModel } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import { useExplorer } from './context';

const MARKDOWN = 'text/markdown';

/**
 * Jupyter's sanitiser lets attributes pass by which a click runs a command of JupyterLab, ids that
 * others look for, and forms.
 */
function makeInert(node: HTMLElement): void {
  for (const element of node.querySelectorAll('*')) {
    for (const name of element.getAttributeNames()) {
      if (name === 'id' || name.startsWith('data-commandlinker')) {
        element.removeAttribute(name);
      }
    }
  }
  node
    .querySelectorAll('form, button, input, select, textarea')
    .forEach(element => element.replaceWith(...element.childNodes));
}

/** Someone's markdown, through Jupyter's sanitiser. */
export function Markdown(props: { text: string }): React.ReactElement {
  const { rendermime } = useExplorer();
  const host = React.useRef<HTMLDivElement>(null);
  // A layout effect is undone while the page still holds the renderer: later, Lumino would throw.
  React.useLayoutEffect(() => {
    if (!host.current) {
      return;
    }
    const renderer = rendermime.createRenderer(MARKDOWN);
    void renderer
      .renderModel(
        new MimeModel({ data: { [MARKDOWN]: props.text }, trusted: false })
      )
      .then(() => makeInert(renderer.node));
    Widget.attach(renderer, host.current);
    return () => renderer.dispose();
  }, [rendermime, props.text]);
  return <div ref={host} className="jp-RenderedHTMLCommon" />;
}
