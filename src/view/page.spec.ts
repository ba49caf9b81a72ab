import type { IViewDocument } from './document';
import { standalonePage } from './page';

it('holds any text as it was, and nothing in it ends the element', () => {
  const view = {
    version: 2,
    kind: 'comparison',
    runs: [{ run_id: 'a', run_name: '</script><script>$&\u2028 "' }],
    series: []
  } as unknown as IViewDocument;
  const page = standalonePage(
    '<title>__LIGHTFLOW_TITLE__</title><script type="application/json">__LIGHTFLOW_DOCUMENT__</script>',
    view
  );
  const parsed = new DOMParser().parseFromString(page, 'text/html');
  expect(parsed.scripts).toHaveLength(1);
  expect(JSON.parse(parsed.scripts[0].textContent ?? '')).toEqual(view);
  expect(parsed.title).toContain('</script><script>$&');
});
