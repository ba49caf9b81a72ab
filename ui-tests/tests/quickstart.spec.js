/** The first five minutes of a new user: the quickstart notebook, in a real kernel. */
const { expect, test } = require('@jupyterlab/galata');
const path = require('node:path');
const { picture } = require('./images');
const { Sidebar } = require('./sidebar');

const NOTEBOOK = 'quickstart.ipynb';
const SETUP_CELLS = [1, 2, 4];
const TRACKED_CELLS = [6, 7, 8];
const COMPARISON_CELL = 12;
const CHART_CELL = 14;

// It trains three small networks for real.
test.setTimeout(300_000);

test('The chart moves while the cell is running, and two runs show what differs', async ({
  page,
  tmpPath
}) => {
  const opened = `${tmpPath}/${NOTEBOOK}`;
  await page.contents.uploadFile(
    path.resolve(__dirname, `../../examples/${NOTEBOOK}`),
    opened
  );
  await page.notebook.openByPath(opened);
  await page.notebook.activate(opened);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(430);

  for (const cell of SETUP_CELLS) {
    await page.notebook.runCell(cell);
  }
  const running = page.notebook.runCell(TRACKED_CELLS[0]);
  await sidebar.chooseExperiment('digits');
  await expect.poll(() => sidebar.points('accuracy/train')).toBeGreaterThan(5);
  const before = await sidebar.points('accuracy/train');
  await expect
    .poll(() => sidebar.points('accuracy/train'))
    .toBeGreaterThan(before);
  await expect(
    sidebar.row('small-steps').getByRole('img', { name: 'RUNNING' })
  ).toBeVisible();
  await expect(
    page.locator('.jp-StatusBar-Widget, #jp-main-statusbar')
  ).toContainText('1 run running');
  await running;
  await expect(
    sidebar.row('small-steps').getByRole('img', { name: 'FINISHED' })
  ).toBeVisible();

  for (const cell of TRACKED_CELLS.slice(1)) {
    await page.notebook.runCell(cell);
  }
  for (const name of ['small-steps', 'middle-steps', 'large-steps']) {
    await sidebar.tick(name);
  }
  await expect.poll(() => sidebar.points('accuracy/train')).toBe(900);
  await picture(page, 'sidebar-light');

  await sidebar.showTab('Compare');
  const differing = sidebar.root.locator('tr.jp-mod-differs', {
    hasText: 'learning_rate'
  });
  await expect(differing.getByRole('cell')).toHaveText([
    '0.003',
    '0.03',
    '0.3'
  ]);

  await expect(
    sidebar.root.locator('.jp-Lightflow-merge .cm-changedLine', {
      hasText: '%%track large-steps learning_rate=0.3'
    })
  ).toBeVisible();

  await sidebar.row('large-steps').click();
  const details = sidebar.root.locator('.jp-Lightflow-details');
  await expect(details).toContainText('%%track large-steps');
  await details
    .getByRole('button', { name: 'confusion.png', exact: true })
    .click();
  await expect(details.locator('img')).toBeVisible();
  await details
    .getByRole('button', { name: 'confusion.csv', exact: true })
    .click();
  await expect(
    details.getByRole('columnheader', { name: 'digit' })
  ).toBeVisible();

  await page.notebook.runCell(COMPARISON_CELL);
  const output = await page.notebook.getCellOutputLocator(COMPARISON_CELL);
  await expect(output).toContainText('learning_rate');
  await expect(output.locator('canvas')).toHaveCount(4);
  await output.scrollIntoViewIfNeeded();
  await picture(page, 'comparison-light');

  await page.notebook.runCell(CHART_CELL);
  const chart = await page.notebook.getCellOutputLocator(CHART_CELL);
  const label = chart.locator('.vega-embed .role-axis-label text').first();
  await expect(label).toBeVisible();

  await page.theme.setDarkTheme();
  await sidebar.showTab('Charts');
  await expect(sidebar.root.getByLabel('Find a metric')).toBeVisible();
  await sidebar.bringToSight('loss/validation');
  await expect(
    sidebar.chart('loss/validation').locator('canvas')
  ).toBeVisible();
  await expect
    .poll(() =>
      label.evaluate(
        text =>
          getComputedStyle(text).fill === getComputedStyle(document.body).color
      )
    )
    .toBe(true);
  await picture(page, 'comparison-dark');
});
