/** The table: groups, parents and attempts, columns, keys, views, and what is kept of it. */
const { expect, test } = require('@jupyterlab/galata');
const { picture } = require('./images');
const { record, recordInBackground } = require('./recorded');
const { Sidebar } = require('./sidebar');

const SWEEP = `
with lf.start_run(run_name="sweep"):
    for rate in (0.1, 0.01):
        for seed in (1, 2):
            with lf.start_run(run_name=f"trial-{rate}-{seed}", nested=True):
                lf.log_params({"rate": rate, "seed": seed, "layers": 2})
                lf.log({"loss": rate * seed, "accuracy": 1 - rate * seed})
with lf.start_run(run_name="alone-with-a-long-name"):
    lf.log_params({"rate": 0.5, "layers": 2})
    lf.log({"loss": 0.9, "accuracy": 0.5})
`;

async function shown(page, experiment) {
  record(`lf.set_experiment("${experiment}")\n${SWEEP}`);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(500);
  await sidebar.chooseExperiment(experiment);
  return sidebar;
}

test('The best value of a param is found by grouping', async ({ page }) => {
  const sidebar = await shown(page, 'grouping');
  await expect
    .poll(() => sidebar.rows())
    .toEqual(['alone-with-a-long-name', 'sweep']);
  await sidebar.groupBy('params.rate');
  await expect(sidebar.row('rate 0.01')).toBeVisible();
  await sidebar.table.getByRole('button', { name: 'loss' }).click();
  await expect
    .poll(() => sidebar.rows())
    .toEqual(['rate 0.01', 'rate 0.1', 'rate 0.5', 'rate none']);
  await expect(sidebar.row('rate 0.01')).toContainText('0.01 – 0.02');
  await sidebar.row('rate 0.01').click();
  await expect
    .poll(() => sidebar.rows())
    .toEqual([
      'rate 0.01',
      '  trial-0.01-1',
      '  trial-0.01-2',
      'rate 0.1',
      'rate 0.5',
      'rate none'
    ]);
  await picture(sidebar.root, 'grouped-light');
  // JupyterLab keeps the workspace a moment after a change.
  const kept = page.waitForRequest(
    request =>
      request.method() === 'PUT' &&
      /api\/workspaces/.test(request.url()) &&
      request.postData().includes('"aggregate":"mean"')
  );
  await sidebar.tool('Group and nest');
  await sidebar.root.getByLabel('A group shows').selectOption('mean');
  await page.keyboard.press('Escape');
  await expect(sidebar.row('rate 0.01').first()).toContainText('0.015');
  await kept;

  // The table is as it was left when the browser is opened again.
  await page.reload({ waitForIsReady: false });
  await expect(sidebar.row('trial-0.01-1')).toHaveCount(0);
  await expect(sidebar.row('rate 0.01')).toContainText('0.015');
  await expect
    .poll(() => sidebar.rows())
    .toEqual(['rate 0.01', 'rate 0.1', 'rate 0.5', 'rate none']);
  await expect(
    sidebar.table.getByRole('columnheader', { name: 'loss' })
  ).toHaveAttribute('aria-sort', 'ascending');
});

test('Children stand under their parent, by mouse and keys', async ({
  page
}) => {
  const sidebar = await shown(page, 'nesting');
  await sidebar.row('sweep').locator('[data-opens]').click();
  const trials = ['0.01-2', '0.01-1', '0.1-2', '0.1-1'];
  await expect
    .poll(async () => (await sidebar.rows()).sort())
    .toEqual(
      [
        'alone-with-a-long-name',
        'sweep',
        ...trials.map(name => `  trial-${name}`)
      ].sort()
    );
  await sidebar.row('trial-0.1-1').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(sidebar.row('sweep')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await sidebar.rows()).length).toBe(2);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await sidebar.rows()).length).toBe(6);
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(sidebar.root.getByRole('toolbar')).toContainText('3 chosen');
  await page.keyboard.press('Control+a');
  await expect(sidebar.root.getByRole('toolbar')).toContainText('6 chosen');
  await page.keyboard.press('Escape');
  await expect(sidebar.root.getByRole('toolbar')).toHaveCount(0);
  // There is room for as many rows as are wanted.
  const height = async () => (await sidebar.table.boundingBox()).height;
  const before = await height();
  await sidebar.root.getByRole('separator').press('ArrowDown');
  await expect.poll(height).toBeGreaterThan(before);
  // What a filter finds stands at the top where its parent is not found.
  await sidebar.root.getByLabel('Search runs').fill('metrics.loss < 0.015');
  await expect.poll(() => sidebar.rows()).toEqual(['trial-0.01-1']);
  await sidebar.root.getByLabel('Search runs').fill('');
  await sidebar.root.getByRole('button', { name: 'Failed' }).click();
  await expect(sidebar.root).toContainText('No run matches');
});

test('Attempts of a cell are folded into the latest, and a running parent is open', async ({
  page
}) => {
  record(`
lf.set_experiment("attempts")
for cell, rates in (("first", (0.1, 0.2, 0.3)), ("second", (0.4,))):
    for rate in rates:
        tags = {"lightflow.cellId": cell, "mlflow.source.name": "attempts.ipynb"}
        with lf.start_run(run_name=f"{cell}-{rate}", tags=tags):
            lf.log({"loss": rate})
`);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(500);
  await sidebar.chooseExperiment('attempts');
  await expect
    .poll(() => sidebar.rows())
    .toEqual(['second-0.4', 'first-0.3', 'first-0.2', 'first-0.1']);
  await sidebar.tool('Group and nest');
  await sidebar.root.getByLabel('Fold the attempts of a cell').check();
  await page.keyboard.press('Escape');
  await expect.poll(() => sidebar.rows()).toEqual(['second-0.4', 'first-0.3']);
  await expect(sidebar.row('first-0.3')).toContainText('3');
  await sidebar.row('first-0.3').focus();
  await page.keyboard.press('ArrowRight');
  await expect
    .poll(() => sidebar.rows())
    .toEqual(['second-0.4', 'first-0.3', '  first-0.2', '  first-0.1']);

  await sidebar.groupBy('cell');
  await expect.poll(async () => (await sidebar.rows()).length).toBe(2);

  await sidebar.groupBy('');
  const child = recordInBackground(`
lf.set_experiment("attempts")
with lf.start_run(run_name="sweep"):
    with lf.start_run(run_name="trial", nested=True):
        print("started", flush=True)
        input()
`);
  await new Promise(resolve => child.stdout.once('data', resolve));
  await expect
    .poll(async () => (await sidebar.rows()).slice(0, 2))
    .toEqual(['sweep', '  trial']);
  child.kill('SIGKILL');
});

test('Columns are chosen, pinned, moved and hidden', async ({ page }) => {
  const sidebar = await shown(page, 'columns');
  const heads = () => sidebar.table.getByRole('columnheader').allTextContents();
  const menu = async (column, item) => {
    const head = sidebar.table.getByRole('columnheader', { name: column });
    await head.click({ button: 'right' });
    await sidebar.root.getByRole('menuitem', { name: item }).click();
  };
  await expect
    .poll(async () => (await heads()).filter(Boolean))
    .toEqual(expect.arrayContaining(['Run', 'loss', 'accuracy']));
  await sidebar.tool('Columns');
  await sidebar.root.getByLabel('params.layers').check();
  await sidebar.root.getByLabel('metrics.accuracy').uncheck();
  await page.keyboard.press('Escape');
  await menu('loss', 'Pin at the left');
  const pinned = sidebar.table.locator(
    '.jp-mod-header .jp-Lightflow-pinned [role=columnheader]'
  );
  await expect(pinned).toHaveText(['Ticked', 'Run', 'loss']);
  // A menu opens at the pointer, whole and inside of the panel that would cut it off.
  const place = await sidebar.row('sweep').boundingBox();
  await page.mouse.click(place.x + 90, place.y + 9, { button: 'right' });
  const opened = await sidebar.root.getByRole('menu').boundingBox();
  expect(Math.round(opened.x - place.x)).toBe(90);
  expect(Math.round(opened.y - place.y)).toBe(9);
  await page.keyboard.press('Escape');
  const panel = await sidebar.root.boundingBox();
  await page.mouse.click(panel.x + panel.width - 5, place.y + 9, {
    button: 'right'
  });
  const inside = await sidebar.root.getByRole('menu').boundingBox();
  expect(inside.x + inside.width).toBeLessThan(panel.x + panel.width);
  await page.keyboard.press('Escape');
  await menu('layers', 'Hide');
  await expect(
    sidebar.table.getByRole('columnheader', { name: 'layers' })
  ).toHaveCount(0);
  await menu('Took', 'Move left');
  const order = (await heads()).filter(Boolean);
  expect(order.indexOf('Took')).toBeLessThan(order.indexOf('Started'));
});

test('A view is saved, taken again, renamed, made the default and removed', async ({
  page
}) => {
  const sidebar = await shown(page, 'views');
  const answer = async title => {
    const dialog = page.locator('.jp-Dialog');
    await dialog.locator('input').fill(title);
    await dialog.locator('.jp-mod-accept').click();
    await expect(dialog).toHaveCount(0);
  };
  const manage = async (view, item) => {
    await sidebar.root
      .getByRole('button', { name: `What can be done with ${view}` })
      .click();
    await sidebar.root.getByRole('menuitem', { name: item }).click();
  };
  await sidebar.groupBy('params.rate');
  await sidebar.tool('Saved views');
  await sidebar.root.getByRole('button', { name: 'Save this view' }).click();
  await answer('by rate');
  await expect(
    sidebar.root.getByRole('button', { name: 'by rate', exact: true })
  ).toBeVisible();
  await sidebar.root.getByRole('button', { name: 'Reset' }).click();
  await expect
    .poll(() => sidebar.rows())
    .toEqual(['alone-with-a-long-name', 'sweep']);
  await sidebar.tool('Saved views');
  await sidebar.root
    .getByRole('button', { name: 'by rate', exact: true })
    .press('Enter');
  await expect.poll(async () => (await sidebar.rows()).length).toBe(4);
  await sidebar.tool('Saved views');
  await manage('by rate', 'Rename');
  await answer('rates');
  await manage('rates', 'Make it the default');
  await expect(
    sidebar.root.locator('.jp-Lightflow-views').getByText('default')
  ).toBeVisible();
  await manage('rates', 'Remove');
  await page.locator('.jp-Dialog .jp-mod-warn').click();
  await expect(
    sidebar.root.getByRole('button', { name: 'rates', exact: true })
  ).toHaveCount(0);
});

test('What was searched for is offered again', async ({ page }) => {
  const sidebar = await shown(page, 'history');
  const search = sidebar.root.getByLabel('Search runs');
  await search.fill('params.rate = 0.5');
  await search.press('Enter');
  await expect.poll(() => sidebar.rows()).toEqual(['alone-with-a-long-name']);
  await search.fill('');
  await expect.poll(async () => (await sidebar.rows()).length).toBe(2);
  await search.press('ArrowDown');
  await expect(
    sidebar.root.getByRole('option', { name: 'params.rate = 0.5' })
  ).toHaveAttribute('aria-selected', 'true');
  await search.press('Enter');
  await expect.poll(() => sidebar.rows()).toEqual(['alone-with-a-long-name']);
});
