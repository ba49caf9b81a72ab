/** Roles, names and contrast of all that Lightflow shows, by axe, in each of JupyterLab's themes. */
const { AxeBuilder } = require('@axe-core/playwright');
const { expect, test } = require('@jupyterlab/galata');
const { recordRuns, writeNotebook } = require('./notebookFile');
const { Sidebar } = require('./sidebar');

const SOURCES = ['x = 1', 'y = x', 'z = y'];
const THEMES = [
  'JupyterLab Light',
  'JupyterLab Dark',
  'JupyterLab Dark High Contrast'
];

/** What axe finds below an element, one line for each. */
async function findings(page, place) {
  const { violations } = await new AxeBuilder({ page })
    .include(place)
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      node => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`
    )
  );
}

test('Sidebar, details and chips are accessible in each theme', async ({
  page
}) => {
  const notebook = writeNotebook('accessible', SOURCES);
  recordRuns('accessible', SOURCES, 2, 1);
  await page.notebook.openByPath(notebook);
  await page.notebook.activate(notebook);
  await expect(page.locator('.jp-Lightflow-chip')).toHaveCount(2);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(430);
  await sidebar.chooseExperiment('accessible');
  const found = {};
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    for (const tab of ['Charts', 'Details']) {
      if (tab === 'Details') {
        await sidebar.row('run-1').click();
      }
      await sidebar.showTab(tab);
      found[`${theme}, ${tab}`] = await findings(page, '#lightflow-sidebar');
    }
    found[`${theme}, chip`] = await findings(page, '.jp-Lightflow-chip');
  }
  expect(Object.entries(found).filter(([, all]) => all.length > 0)).toEqual([]);
});
