/** The runs of a server that is configured, shown beside the local ones. */
const { expect, test } = require('@jupyterlab/galata');
const { record } = require('./recorded');
const { Sidebar } = require('./sidebar');

test('Runs of a configured server are shown, charted and compared, but not changed', async ({
  page
}) => {
  record(`
import numpy
lf.set_experiment("elsewhere")
for rate in (0.1, 0.5):
    with lf.start_run(run_name=f"far-{rate}"):
        lf.log_param("rate", rate)
        lf.log_text(f"learned at {rate}", "notes.txt")
        lf.log_input(numpy.ones((3, 2)), context="training", name="digits")
        for step in range(10):
            lf.log_metric("loss", 1 / (1 + rate * step), step=step)
`);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(430);
  const source = sidebar.root.getByLabel('Source');
  const kept = page.waitForRequest(
    request =>
      /api\/workspaces/.test(request.url()) &&
      request.postData()?.includes('"lightflow:source":"team"')
  );
  await source.selectOption('team');
  await kept;
  await page.reload({ waitForIsReady: false });
  await expect(source).toHaveValue('team');
  const choice = sidebar.root.getByLabel('Experiment');
  const option = choice.locator('option', { hasText: 'elsewhere' });
  await expect(option).toHaveText('elsewhere');
  await choice.selectOption(await option.getAttribute('value'));
  await expect(sidebar.root.locator('.jp-Lightflow-count')).toHaveText(
    '2 runs'
  );
  await expect(sidebar.root.getByRole('button', { name: 'Trash' })).toHaveCount(
    0
  );
  await expect(
    sidebar.table.getByRole('button', { name: 'Started' })
  ).toBeEnabled();
  await expect(
    sidebar.table.getByRole('button', { name: 'Took' })
  ).toBeDisabled();
  await sidebar.row('far-0.5').click();
  const details = sidebar.root.locator('.jp-Lightflow-details');
  await details.getByRole('button', { name: 'notes.txt', exact: true }).click();
  await expect(details).toContainText('learned at 0.5');
  await expect(details).toContainText('digits (training)');
  const download = page.waitForEvent('download');
  await details.getByLabel('Download notes.txt').click();
  expect((await download).suggestedFilename()).toBe('notes.txt');

  await sidebar.showTab('Charts');
  await sidebar.tick('far-0.1');
  await sidebar.tick('far-0.5');
  await expect.poll(() => sidebar.points('loss')).toBe(20);
  await expect(
    sidebar.root.getByRole('button', { name: 'Delete' })
  ).toHaveCount(0);
  await sidebar.showTab('Compare');
  await expect(
    sidebar.root.getByRole('rowheader', { name: 'rate' })
  ).toBeVisible();
  await expect(sidebar.root.getByRole('alert')).toHaveCount(0);

  await sidebar.root.getByLabel('Search runs').fill('params.rate = "0.5"');
  await expect(sidebar.root.locator('.jp-Lightflow-bulk')).toContainText(
    '2 chosen'
  );
  await expect(sidebar.row('far-0.1')).toHaveCount(0);

  await source.selectOption('away');
  await expect(sidebar.root.getByRole('alert')).toContainText(
    "http://127.0.0.1:1 can't be reached"
  );
  await source.selectOption('');
  await expect(sidebar.root.getByRole('alert')).toHaveCount(0);
  await sidebar.chooseExperiment('elsewhere');
});
