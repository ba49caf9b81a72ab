/** Roles, names and contrast of all that Lightflow shows, by axe, in each of JupyterLab's themes. */
const { AxeBuilder } = require('@axe-core/playwright');
const { expect, test } = require('@jupyterlab/galata');
const { recordRuns, writeNotebook } = require('./notebookFile');
const { Sidebar } = require('./sidebar');

const SOURCES = ['x = 1', 'y = x', 'z = y'];
const COMPARISON =
  'import lightflow_jlab as lf\nlf.compare(lf.runs(experiment="accessible"))';
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

test('All that is shown of runs is accessible in each theme', async ({
  page
}) => {
  const notebook = writeNotebook('accessible', [...SOURCES, COMPARISON]);
  recordRuns('accessible', SOURCES, 3, 1);
  await page.notebook.openByPath(notebook);
  await page.notebook.activate(notebook);
  await page.notebook.runCell(SOURCES.length);
  const output = '.jp-NotebookPanel .jp-OutputArea-output';
  await expect(page.locator(`${output} canvas`).first()).toBeVisible();
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(430);
  await sidebar.chooseExperiment('accessible');
  await sidebar.row('run-2').focus();
  await page.keyboard.press('Delete');
  await expect(sidebar.row('run-2')).toHaveCount(0);
  await sidebar.tick('run-0');
  await sidebar.tick('run-1');

  const found = {};
  const look = async (what, place = '#lightflow-sidebar') => {
    const theme = await page.theme.getTheme();
    found[`${what}, ${theme}`] = await findings(page, place);
  };
  for (const theme of THEMES) {
    await page.theme.setTheme(theme);
    await sidebar.showTab('Charts');
    await look('charts');
    await sidebar.showTab('Compare');
    await expect(
      sidebar.root.getByRole('rowheader', { name: 'loss' })
    ).toBeVisible();
    await look('comparison');
    await sidebar.row('run-1').click({ position: { x: 120, y: 12 } });
    await look('details');
    await sidebar.tool('Trash');
    await expect(sidebar.root.getByText('run-2')).toBeVisible();
    await look('trash');
    await sidebar.root
      .getByRole('button', { name: 'Back to the runs' })
      .click();
    await look('chip', '.jp-Lightflow-chip');
    await look('widget', output);
  }
  expect(Object.entries(found).filter(([, all]) => all.length > 0)).toEqual([]);
});
