/** What can be done with runs in the sidebar. */
const { expect, test } = require('@jupyterlab/galata');
const { record, recordInBackground } = require('./recorded');
const { Sidebar } = require('./sidebar');

/** Record two runs in an experiment of their own, and show it. */
async function twoRuns(page, experiment) {
  record(`
lf.set_experiment("${experiment}")
for rate in (0.1, 0.5):
    with lf.start_run(run_name=f"rate-{rate}", description="*first* try"):
        lf.log_param("rate", rate)
        lf.log_param("layers", 2)
        for step in range(10):
            lf.log_metric("loss", 1 / (1 + rate * step))
        lf.log_text("hello", "notes/read.txt")
`);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(430);
  await sidebar.chooseExperiment(experiment);
  await expect(sidebar.row('rate-0.1')).toBeVisible();
  return sidebar;
}

test('What differs between two is told, against a baseline, in a tab that an address opens', async ({
  page
}) => {
  const sidebar = await twoRuns(page, 'differences');
  await sidebar.tick('rate-0.1');
  await sidebar.tick('rate-0.5');
  await sidebar.showTab('Compare');
  await expect(
    sidebar.root.getByRole('rowheader', { name: 'rate' })
  ).toBeVisible();
  await expect(
    sidebar.root.getByRole('rowheader', { name: 'layers' })
  ).toHaveCount(0);
  await expect(sidebar.root).toContainText('1 equal');
  await sidebar.root.getByLabel('Differences only').uncheck();
  await expect(
    sidebar.root.getByRole('rowheader', { name: 'layers' })
  ).toBeVisible();

  const loss = place => place.locator('tr', { hasText: /^loss/ });
  await expect(loss(sidebar.root).getByRole('cell')).toHaveText([
    '0.5263',
    /^0.1818−0.3445$/
  ]);
  await sidebar.root.getByLabel('Compare with rate-0.5').check();
  await expect(loss(sidebar.root).getByRole('cell').first()).toHaveText(
    '0.5263+0.3445'
  );
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await sidebar.root.getByRole('button', { name: 'Copy address' }).click();
  const address = await page.evaluate(() => navigator.clipboard.readText());
  await sidebar.root.getByRole('button', { name: 'Open in a tab' }).click();
  const tab = page.locator('#lightflow-tab');
  await expect(loss(tab)).toBeVisible();
  await page
    .locator('.lm-TabBar-tab', { hasText: 'Runs' })
    .locator('.lm-TabBar-tabCloseIcon')
    .click();
  await expect(tab).toHaveCount(0);

  // Galata's own goto() waits for the launcher in front; here a comparison is.
  await page.evaluate(url => window.location.assign(url), address);
  await expect(loss(tab)).toBeVisible();
});

test('A note runs no command of JupyterLab', async ({ page }) => {
  record(`
lf.set_experiment("hostile")
command = 'data-commandlinker-command="apputils:change-theme"'
dark = 'data-commandlinker-args="{&quot;theme&quot;: &quot;JupyterLab Dark&quot;}"'
lf.start_run(run_name="trap", description=f'<button id="main" {command} {dark}>press me</button>').end()
`);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.chooseExperiment('hostile');
  await sidebar.row('trap').click();
  const note = sidebar.root.locator('.jp-Lightflow-note');
  await note.getByText('press me').click();
  await expect(note.getByRole('button', { name: 'press me' })).toHaveCount(0);
  await expect(note.locator('[id]')).toHaveCount(0);
  expect(await page.theme.getTheme()).toBe('JupyterLab Light');
});

test('Runs are found by words and by the search language, whose keys are completed', async ({
  page
}) => {
  const sidebar = await twoRuns(page, 'search');
  const search = sidebar.root.getByLabel('Search runs');
  await search.fill('params.rate > 0.3');
  await expect(sidebar.row('rate-0.1')).toHaveCount(0);
  await expect(sidebar.row('rate-0.5')).toBeVisible();
  await search.fill('metrics.loss <');
  await expect(sidebar.root.getByRole('alert')).toContainText('metrics.loss <');
  await search.fill('rate-0.1');
  await expect(sidebar.row('rate-0.1')).toBeVisible();
  await expect(sidebar.row('rate-0.5')).toHaveCount(0);

  await search.fill('');
  await expect(sidebar.row('rate-0.5')).toBeVisible();
  await search.pressSequentially('params.ra');
  await expect(
    sidebar.root.getByRole('option', { name: 'params.rate' })
  ).toBeVisible();
  // A filter that is only begun leaves the table as it was.
  await expect(sidebar.row('rate-0.1')).toBeVisible();
  await search.press('ArrowDown');
  await search.press('Enter');
  await expect(search).toHaveValue('params.rate ');
  await search.pressSequentially('> 0.3');
  await expect(sidebar.row('rate-0.1')).toHaveCount(0);
  await expect(sidebar.row('rate-0.5')).toBeVisible();
});

test('The table is walked by keys', async ({ page }) => {
  const sidebar = await twoRuns(page, 'keys');
  await sidebar.row('rate-0.5').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await expect(sidebar.row('rate-0.1')).toBeFocused();
  await page.keyboard.press('Space');
  await expect(sidebar.row('rate-0.1').getByRole('checkbox')).toBeChecked();
  await expect(sidebar.row('rate-0.5').getByRole('checkbox')).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(sidebar.root.locator('.jp-Lightflow-details')).toContainText(
    'rate-0.1'
  );
  // Asked for again, they come again.
  await sidebar.showTab('Charts');
  await sidebar.row('rate-0.1').click({ position: { x: 120, y: 12 } });
  await expect(sidebar.root.locator('.jp-Lightflow-details')).toBeVisible();
});

test('A run whose process is killed is shown as crashed', async ({ page }) => {
  const sidebar = await twoRuns(page, 'crashes');
  const child = recordInBackground(`
lf.set_experiment("crashes")
run = lf.start_run(run_name="doomed")
lf.log_metric("loss", 1)
print("started", flush=True)
input()
`);
  await new Promise(resolve => child.stdout.once('data', resolve));
  const row = sidebar.row('doomed');
  await expect(row.getByRole('img', { name: 'RUNNING' })).toBeVisible();
  child.kill('SIGKILL');
  await expect(row.getByRole('img', { name: 'CRASHED' })).toBeVisible();
});

test('The palette opens the runs in a tab of the main area', async ({
  page
}) => {
  await twoRuns(page, 'tab');
  await page.keyboard.press('Control+Shift+C');
  await page.keyboard.type('Open Lightflow in a Tab');
  await page.keyboard.press('Enter');
  const tab = page.locator('#lightflow-tab');
  await expect(
    tab.getByRole('row').filter({ hasText: 'rate-0.1' }).first()
  ).toBeVisible();
});

test('The link that MLflow prints for a run shows it in the sidebar', async ({
  page
}) => {
  await twoRuns(page, 'linked');
  const api = '/lightflow/api/runs?filter=run_name="rate-0.5"&limit=1';
  const answer = await page.request.get(api);
  const [run] = (await answer.json()).runs;
  const link = `/lightflow/mlflow/#/experiments/${run.experiment_id}/runs/${run.run_id}`;
  await page.evaluate(url => window.location.assign(url), link);
  const sidebar = new Sidebar(page);
  await expect(sidebar.root.locator('.jp-Lightflow-details')).toContainText(
    'rate-0.5'
  );
  await expect(sidebar.root.getByLabel('Experiment')).toHaveValue(
    run.experiment_id
  );
});
