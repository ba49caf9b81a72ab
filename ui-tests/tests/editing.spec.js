/** Names, tags and notes are edited in place, undone, and kept apart in two browsers; the trash. */
const { expect, test } = require('@jupyterlab/galata');
const fs = require('node:fs');
const { picture } = require('./images');
const { record } = require('./recorded');
const { Sidebar } = require('./sidebar');

async function threeRuns(page, experiment) {
  record(`
lf.set_experiment("${experiment}")
for rate in (0.1, 0.5, 0.9):
    with lf.start_run(run_name=f"rate-{rate}", description="*first* try", tags={"team": "a"}):
        lf.log_param("rate", rate)
        lf.log({"loss": 1 - rate})
        lf.log_text("hello" * 1000, "notes/read.txt")
`);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(430);
  await sidebar.chooseExperiment(experiment);
  await expect(sidebar.row('rate-0.1')).toBeVisible();
  return sidebar;
}

async function rename(page, name) {
  const dialog = page.locator('.jp-Dialog');
  await dialog.locator('input').fill(name);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(dialog).toHaveCount(0);
}

test('A run is renamed, tagged, noted and deleted, and all of it undone', async ({
  page
}) => {
  const sidebar = await threeRuns(page, 'edits');
  await sidebar.row('rate-0.1').focus();
  await page.keyboard.press('F2');
  await rename(page, 'baseline');
  await expect(sidebar.row('baseline')).toBeVisible();

  await sidebar.row('baseline').click({ position: { x: 120, y: 12 } });
  const details = sidebar.root.locator('.jp-Lightflow-details');
  await expect(details.locator('.jp-Lightflow-note em')).toHaveText('first');
  await details.getByRole('button', { name: 'Edit the note' }).click();
  await details.getByLabel('Note, in markdown').fill('**kept** for reference');
  await details.getByLabel('Note, in markdown').press('Control+Enter');
  await expect(details.locator('.jp-Lightflow-note strong')).toHaveText('kept');

  const tags = details
    .getByRole('list', { name: 'Tags' })
    .getByRole('listitem');
  await details.getByRole('button', { name: 'Change the tag team' }).click();
  await details.getByLabel('Value of the tag').fill('b');
  await details.getByLabel('Value of the tag').press('Enter');
  await expect(tags).toHaveText([/team b/]);
  await details.getByRole('button', { name: 'Add a tag' }).click();
  await details.getByLabel('Key of the tag').fill('best');
  await details.getByLabel('Value of the tag').fill('yes');
  await details.getByRole('button', { name: 'Save' }).click();
  await expect(tags).toHaveText([/best yes/, /team b/]);
  await picture(sidebar.root, 'details-light');
  await details.getByRole('button', { name: 'Remove the tag best' }).click();
  await expect(tags).toHaveText([/team b/]);

  await sidebar.row('baseline').focus();
  await page.keyboard.press('Delete');
  await expect(sidebar.row('baseline')).toHaveCount(0);

  // The last edit first; the toast undoes its own.
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(sidebar.row('baseline')).toBeVisible();
  await sidebar.row('baseline').focus();
  await page.keyboard.press('Control+z');
  await expect(tags).toHaveText([/best yes/, /team b/]);
  for (let edit = 0; edit < 4; edit++) {
    await page.keyboard.press('Control+z');
  }
  await expect(sidebar.row('rate-0.1')).toBeVisible();
  await expect(tags).toHaveText([/team a/]);
  await expect(details.locator('.jp-Lightflow-note em')).toHaveText('first');
});

test('Two browsers that edit the same are shown both and choose', async ({
  page,
  browser,
  baseURL
}) => {
  const sidebar = await threeRuns(page, 'conflict');
  const context = await browser.newContext({ baseURL });
  const theirs = await context.newPage();
  // Not the workspace that other tests left.
  await theirs.goto('/lab/workspaces/theirs?reset&lightflow=open');
  const other = new Sidebar(theirs);
  await other.chooseExperiment('conflict');
  for (const each of [sidebar, other]) {
    await each.row('rate-0.5').click({ position: { x: 120, y: 12 } });
    await each.root.getByRole('button', { name: 'Edit the note' }).click();
  }
  const write = async (each, text) => {
    await each.root.getByLabel('Note, in markdown').fill(text);
    await each.root.getByRole('button', { name: 'Save', exact: true }).click();
  };
  const note = each => each.root.locator('.jp-Lightflow-note');
  await write(other, 'theirs, **first**');
  await expect(note(other).locator('strong')).toHaveText('first');
  await write(sidebar, 'mine, later');
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText('theirs, **first**');
  await expect(dialog).toContainText('mine, later');
  await dialog.getByRole('button', { name: 'Keep what is there' }).click();
  await expect(note(sidebar).locator('strong')).toHaveText('first');

  await sidebar.root.getByRole('button', { name: 'Edit the note' }).click();
  await other.root.getByRole('button', { name: 'Edit the note' }).click();
  await write(other, 'theirs, *second*');
  await expect(note(other).locator('em')).toHaveText('second');
  await write(sidebar, 'mine after all');
  await dialog.getByRole('button', { name: 'Use mine' }).click();
  await expect(note(sidebar)).toContainText('mine after all');
  await expect(note(other)).toContainText('mine after all');
  await context.close();
});

test('Many runs are tagged, exported, deleted, restored and removed for good', async ({
  page
}) => {
  const sidebar = await threeRuns(page, 'bulk');
  const bar = sidebar.root.getByRole('toolbar');
  await sidebar.row('rate-0.9').focus();
  await page.keyboard.press('Control+a');
  await expect(bar).toContainText('3 chosen');
  await bar.getByRole('button', { name: 'Tag' }).click();
  await bar.getByLabel('Key of the tag').fill('kind');
  await bar.getByLabel('Value of the tag').fill('trial');
  await bar.getByLabel('Value of the tag').press('Enter');
  const saving = page.waitForEvent('download');
  await bar.getByRole('button', { name: 'Export' }).click();
  const csv = fs.readFileSync(await (await saving).path(), 'utf-8').split('\n');
  expect(csv[0]).toContain('params.rate,metrics.loss');
  expect(csv.filter(line => line.includes('trial'))).toHaveLength(3);

  await bar.getByRole('button', { name: 'Delete' }).click();
  await expect(sidebar.root).toContainText('No runs yet');
  await sidebar.tool('Trash');
  const trashed = name =>
    sidebar.root.getByRole('listitem').filter({ hasText: name });
  await trashed('rate-0.9').first().getByRole('checkbox').check();
  await sidebar.root.getByRole('button', { name: 'Restore' }).click();
  await expect(trashed('rate-0.9')).toHaveCount(0);
  await trashed('rate-0.5').first().getByRole('checkbox').check();
  await picture(sidebar.root, 'trash-light');
  await sidebar.root.getByRole('button', { name: 'Remove…' }).click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText('Remove 1 run for good?');
  await expect(dialog).toContainText(/5\.\d kB .* can’t be undone/);
  await dialog.getByRole('button', { name: 'Remove for good' }).click();
  await expect(trashed('rate-0.5')).toHaveCount(0);
  await expect(trashed('rate-0.1')).toHaveCount(1);
  await sidebar.root.getByRole('button', { name: 'Empty…' }).click();
  await dialog.getByRole('button', { name: 'Remove for good' }).click();
  await expect(sidebar.root).toContainText('The trash is empty.');
  await sidebar.root.getByRole('button', { name: 'Back to the runs' }).click();
  await expect.poll(() => sidebar.rows()).toEqual(['rate-0.9']);
});
