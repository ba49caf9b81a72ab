/** Two people in one notebook: each sees of the cells' runs what the other does. */
const { expect, test } = require('@jupyterlab/galata');
const { openNotebook } = require('../tests/notebookFile');

const CELLS = [
  'import lightflow_jlab as lf',
  'rate = 0.5',
  '%%track first\nlf.log_metric("loss", 1 / (1 + rate))',
  '"below"'
];
const [, DATA, TRACKED, BELOW] = CELLS.keys();

function cell(page, number) {
  return page.locator('.jp-NotebookPanel .jp-Cell').nth(number);
}

function chip(page, number) {
  return cell(page, number).locator('.jp-Lightflow-chip');
}

/** Another person: a browser of their own. */
async function join(browser, baseURL, path) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${baseURL}/lab/workspaces/second/tree/${path}`);
  await expect(cell(page, BELOW)).toBeVisible();
  return page;
}

async function edit(page, number, source) {
  await cell(page, number).locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(source);
}

test('What one does to a cell, the other sees on its mark', async ({
  page,
  browser,
  baseURL
}) => {
  const path = await openNotebook(page, 'shared', CELLS);
  const other = await join(browser, baseURL, path);

  await test.step('A run shows on both sides', async () => {
    for (const number of CELLS.keys()) {
      await page.notebook.runCell(number);
    }
    for (const side of [page, other]) {
      await expect(chip(side, TRACKED)).toContainText('loss 0.6667');
      await expect(chip(side, TRACKED)).toHaveAttribute('data-edits', 'none');
      await expect(side.locator('.jp-Lightflow-chip')).toHaveCount(1);
    }
  });

  await test.step('An edit by the other shows on both sides, and goes', async () => {
    await edit(other, DATA, 'rate = 3.0');
    for (const side of [page, other]) {
      await expect(chip(side, TRACKED)).toHaveAttribute('data-edits', 'other');
    }
    await edit(other, DATA, 'rate = 0.5');
    for (const side of [page, other]) {
      await expect(chip(side, TRACKED)).toHaveAttribute('data-edits', 'none');
    }
  });

  await test.step('A cell that the other moves keeps its mark', async () => {
    await cell(other, TRACKED).locator('.jp-InputPrompt').click();
    await other.keyboard.press('Escape');
    await other.keyboard.press('Control+Shift+ArrowDown');
    for (const side of [page, other]) {
      await expect(chip(side, BELOW)).toContainText('loss 0.6667');
      await expect(side.locator('.jp-Lightflow-chip')).toHaveCount(1);
    }
  });

  await test.step('The other marks a cell, and it is tracked here', async () => {
    await cell(other, DATA).locator('.cm-content').click();
    await other.getByTitle('Have Lightflow record each run').click();
    await page.notebook.runCell(DATA);
    for (const side of [page, other]) {
      await expect(chip(side, DATA)).toContainText('1 run');
    }
  });

  await test.step('A run by the other shows here', async () => {
    await cell(other, BELOW).locator('.cm-content').click();
    await other.keyboard.press('Control+Enter');
    for (const side of [page, other]) {
      await expect(chip(side, BELOW)).toContainText('2 runs');
    }
  });

  await test.step('A cell that it stood on is deleted by the other', async () => {
    await cell(other, DATA).locator('.jp-InputPrompt').click();
    await other.keyboard.press('Escape');
    await other.keyboard.press('d');
    await other.keyboard.press('d');
    for (const side of [page, other]) {
      await expect(side.locator('.jp-Lightflow-chip')).toHaveAttribute(
        'data-edits',
        'gone'
      );
    }
  });

  await test.step('A second view of the notebook says the same', async () => {
    await page.evaluate(() =>
      window.jupyterapp.commands.execute('docmanager:clone')
    );
    await expect(page.locator('.jp-NotebookPanel')).toHaveCount(2);
    await expect(
      page.locator('.jp-Lightflow-chip[data-edits="gone"]')
    ).toHaveCount(2);
  });
  await other.context().close();
});
