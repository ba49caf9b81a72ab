/** What is drawn of runs: curves as they can be turned and taken away, and all runs at once. */
const { expect, test } = require('@jupyterlab/galata');
const fs = require('node:fs');
const { picture } = require('./images');
const { record } = require('./recorded');
const { Sidebar } = require('./sidebar');

/** Four runs of two models: one with a peak, one with a hole, one whose process was killed. */
const FOUR_RUNS = `
import math, os
for number, model in enumerate(("mlp", "mlp", "cnn")):
    with lf.start_run(run_name=f"{model}-{number}"):
        lf.log_params({"model": model, "rate": 0.1 * (number + 1)})
        for step in range(5000 if number == 0 else 200):
            loss = 1 + math.exp(-step / 50) + math.sin(step) / 10 + number
            if number == 0 and step == 4000: loss = 900.0
            if number == 1 and 50 <= step < 60: loss = float("nan")
            if number == 1 and step == 100: loss = float("inf")
            lf.log({"train/loss": loss, "score": loss / 2}, step=step)
            if step % 50 == 0: lf.log_metric("epoch", step // 50, step)
lf.start_run(run_name="killed")
lf.log_params({"model": "cnn", "rate": 0.9})
for step in range(90): lf.log_metric("train/loss", 2.0, step)
os._exit(0)
`;

async function fourRuns(page, experiment) {
  record(`lf.set_experiment("${experiment}")${FOUR_RUNS}`);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(520);
  await sidebar.chooseExperiment(experiment);
  await page.setViewportSize({ width: 1400, height: 1300 });
  return sidebar;
}

async function saved(page, sidebar, metric, item) {
  await sidebar.chart(metric).locator('summary').click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    sidebar.chart(metric).getByRole('menuitem', { name: item }).click()
  ]);
  return fs.readFileSync(await file.path());
}

test('Curves are turned, zoomed into, grouped and taken away', async ({
  page
}) => {
  await page.notebook.createNew();
  const sidebar = await fourRuns(page, 'curves');
  for (const name of ['mlp-0', 'mlp-1', 'cnn-2', 'killed']) {
    await sidebar.tick(name);
  }
  const loss = sidebar.chart('train/loss');
  await expect(loss).toContainText('1,490 of 5,490 points');
  await expect(loss).toContainText('10 NaN · 1 infinite');

  await sidebar.root.getByLabel('Ignore outliers').check();
  await expect(loss).toContainText('1 outside');

  // A part of the axis is asked for anew, in all charts; a double click shows all.
  const plot = loss.locator('.u-over');
  const box = await plot.boundingBox();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 3 });
  await page.mouse.up();
  await expect
    .poll(() => loss.getAttribute('data-shown'))
    .toMatch(/^(4[89]|5[012])\d$/);
  await expect(loss).not.toContainText('of 5,490 points');
  await expect(
    sidebar.chart('score').getByRole('button', { name: 'Show all' })
  ).toBeVisible();
  await plot.dblclick();
  await expect(loss).toContainText('1,490 of 5,490 points');

  // The crosshair names runs and values.
  await page.mouse.move(box.x + box.width * 0.01, box.y + 40);
  await expect(loss.locator('.jp-Lightflow-tooltip')).toContainText('mlp-0');
  await expect(
    sidebar.chart('score').locator('.jp-Lightflow-tooltip')
  ).toContainText('cnn-2');

  await sidebar.root.getByLabel('Mean by').selectOption('model');
  await sidebar.root.getByLabel('Log x').check();
  await picture(sidebar.root, 'charts-grouped');
  await sidebar.root.getByLabel('Log x').uncheck();
  await sidebar.root.getByLabel('Horizontal axis').selectOption('epoch');
  const csv = (
    await saved(page, sidebar, 'score', 'Save points as CSV')
  ).toString();
  expect(csv.split('\r\n')[0]).toBe('id,name,metrics.epoch,score,low,high');
  expect(csv).toContain('model = mlp (2)');
  const svg = (await saved(page, sidebar, 'score', 'Save as SVG')).toString();
  expect(svg).toContain('model = cnn (1)');
  const png = await saved(page, sidebar, 'score', 'Save as PNG');
  expect(png.subarray(1, 4).toString()).toBe('PNG');

  await sidebar.chart('train/loss').locator('summary').click();
  await sidebar
    .chart('train/loss')
    .getByRole('menuitem', { name: 'Insert its code' })
    .click();
  await expect(page.locator('.jp-Notebook')).toContainText('x="epoch"');

  await sidebar.root.getByLabel('Find a metric').fill('score');
  await expect(loss).toHaveCount(0);
});

test('All runs are drawn at once, and what is picked there is ticked', async ({
  page
}) => {
  const sidebar = await fourRuns(page, 'at once');
  const kind = sidebar.root.getByLabel('Kind of chart');
  await kind.selectOption('scatter');
  await expect(sidebar.root).toContainText('All 4 runs');
  await sidebar.root.getByLabel('Across').selectOption('params.rate');
  await sidebar.root
    .getByLabel('Up', { exact: true })
    .selectOption('metrics.train/loss');
  await expect(sidebar.root.locator('circle')).toHaveCount(4);

  await kind.selectOption('bars');
  await sidebar.root.getByLabel('Metric').selectOption('metrics.score');
  await expect(sidebar.root.locator('[data-plot="score"] rect')).toHaveCount(3);

  await kind.selectOption('importance');
  await sidebar.root.getByLabel('Metric').selectOption('metrics.train/loss');
  await expect(sidebar.root).toContainText('Spearman’s rank correlation');
  await expect(
    sidebar.root.locator('[data-plot] g', { hasText: 'rate' })
  ).toContainText('+0.80');

  await kind.selectOption('parallel');
  const axis = sidebar.root.locator('[data-axis="params.rate"]');
  const box = await axis.locator('.jp-Lightflow-brush').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 1);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.65, {
    steps: 4
  });
  await page.mouse.up();
  await expect(sidebar.root.getByText('3 of 4 runs')).toBeVisible();
  await picture(sidebar.root, 'charts-parallel');
  await sidebar.root.getByRole('button', { name: 'Tick these' }).click();
  await expect(sidebar.row('mlp-0').getByRole('checkbox')).toBeChecked();
  await expect(sidebar.row('killed').getByRole('checkbox')).not.toBeChecked();
});
