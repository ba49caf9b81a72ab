import type { IViewDocument } from './document';

/** Of the element in a page's template that holds the document. */
export const DOCUMENT_ID = 'lightflow-document';
const DOCUMENT_PLACE = '__LIGHTFLOW_DOCUMENT__';
const TITLE_PLACE = '__LIGHTFLOW_TITLE__';

/**
 * A comparison as one HTML file that lives without a server. What the user wrote stands in it as JSON
 * in which nothing can end the element, and the page's own rule lets no other script run.
 */
export function standalonePage(template: string, view: IViewDocument): string {
  const json = JSON.stringify(view)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  const title = view.runs
    .map(run => run.run_name)
    .join(', ')
    .replace(/[&<>]/g, letter => `&#${letter.charCodeAt(0)};`);
  // Functions, since a `$` in a text would mean something to `replace`.
  return template
    .replace(TITLE_PLACE, () => title)
    .replace(DOCUMENT_PLACE, () => json);
}
