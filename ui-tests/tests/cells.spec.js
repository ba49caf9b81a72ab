/** Cells and their runs, in a notebook with a real kernel. */
const { expect, test } = require('@jupyterlab/galata');
const { picture } = require('./images');
const { openNotebook } = require('./notebookFile');

const CELLS = [
  'import lightflow_jlab as lf',
  'rate = 0.5',
  '%%track first\nlf.log_metric("loss", 1 / (1 + rate))'
];
const [, DATA, TRACKED] = CELLS.keys();

function cell(page, number) {
  return page
    .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')
    .nth(number);
}

function chip(page, number) {
  return cell(page, number).locator('.jp-Lightflow-chip');
}

async function choose(page, number, ...items) {
  await chip(page, number).getByTitle('The runs of this cell').click();
  for (const item of items) {
    await page.locator('.lm-Menu-item', { hasText: item }).click();
  }
}

test('A cell tells of its runs, and whether they are of what it is now', async ({
  page
}) => {
  // Two runs are reproduced, each in a kernel of its own.
  test.setTimeout(240_000);
  const path = await openNotebook(page, 'story', CELLS);

  await test.step('A cell that ran has a chip, and no other', async () => {
    for (const number of CELLS.keys()) {
      await page.notebook.runCell(number);
    }
    await expect(chip(page, TRACKED)).toContainText('loss 0.6667');
    await expect(chip(page, TRACKED)).toContainText('1 run');
    await expect(chip(page, TRACKED)).toHaveAttribute('data-edits', 'none');
    await expect(page.locator('.jp-Lightflow-chip')).toHaveCount(1);
  });

  await test.step('A cell that it stood on is edited', async () => {
    await page.notebook.setCell(DATA, 'code', 'rate = 3.0');
    await expect(chip(page, TRACKED)).toContainText(
      'stood on was edited since'
    );
    await page.notebook.setCell(DATA, 'code', 'rate = 0.5');
    await expect(chip(page, TRACKED)).toHaveAttribute('data-edits', 'none');
  });

  await test.step('The cell is edited, and runs again', async () => {
    await page.notebook.setCell(
      TRACKED,
      'code',
      '%%track second\nlf.log_metric("loss", 1 / rate)'
    );
    await expect(chip(page, TRACKED)).toContainText('edited since');
    await page.notebook.runCell(TRACKED);
    await expect(chip(page, TRACKED)).toContainText('loss 2');
    await expect(chip(page, TRACKED)).toContainText('best 0.6667');
    await expect(chip(page, TRACKED)).toContainText('2 runs');
    await expect(chip(page, TRACKED)).toHaveAttribute('data-edits', 'none');
  });

  await test.step('The code of the best run is put back, and that undone', async () => {
    await choose(page, TRACKED, 'Best Run', 'Put Code Into the Cell');
    await expect(cell(page, TRACKED)).toContainText('1 / (1 + rate)');
    await expect(chip(page, TRACKED)).toHaveAttribute('data-edits', 'cell');
    await page.keyboard.press('Control+z');
    await expect(cell(page, TRACKED)).not.toContainText('1 + rate');
    await expect(chip(page, TRACKED)).toHaveAttribute('data-edits', 'none');
    await choose(page, TRACKED, 'Best Run', 'Put Code Below the Cell');
    await expect(cell(page, TRACKED + 1)).toContainText('1 / (1 + rate)');
    await choose(page, TRACKED, 'Best Run', 'Open Code Beside');
    await expect(page.locator('.jp-Lightflow-code-tab')).toContainText(
      '1 / (1 + rate)'
    );
    await page.activity.closePanel('first');
  });

  await test.step('A copy of the cell has no runs; of two halves one has, edited', async () => {
    await page.notebook.selectCells(TRACKED);
    await page.keyboard.press('c');
    await page.keyboard.press('v');
    await expect(cell(page, TRACKED + 1)).toContainText('1 / rate');
    await expect(page.locator('.jp-Lightflow-chip')).toHaveCount(1);
    await page.notebook.enterCellEditingMode(TRACKED);
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Home');
    await page.keyboard.press('Control+Shift+Minus');
    await expect(page.locator('.jp-Lightflow-chip')).toHaveCount(1);
    await expect(page.locator('.jp-Lightflow-chip')).toHaveAttribute(
      'data-edits',
      'cell'
    );
  });

  await test.step('A cell that runs before one above it is named', async () => {
    const [below, again] = [TRACKED + 3, TRACKED + 2];
    await page.notebook.setCell(below, 'code', 'rate = 4.0');
    await page.notebook.runCell(below);
    await page.notebook.save();
    await page.notebook.runCell(again);
    await expect(chip(page, again)).toContainText('loss 0.25');
    await chip(page, again)
      .getByTitle(/Show the run/)
      .click();
    const details = page.locator('.jp-Lightflow-details');
    await expect(details).toContainText(
      /Cell \[5\] .*ran before Cell \[6\] .*but stands below it\./s
    );
    await picture(page, 'chips-light');
  });

  await test.step('What a run offers goes to its cell, and runs it again', async () => {
    const details = page.locator('.jp-Lightflow-details');
    await details.getByRole('button', { name: 'Reproduce' }).click();
    await expect(details.locator('.jp-Lightflow-mark')).toContainText(
      '✔ reproduced',
      { timeout: 60_000 }
    );
    await page.notebook.selectCells(0);
    await details.getByRole('button', { name: 'Go to the Cell' }).click();
    await expect(cell(page, TRACKED + 2)).toHaveClass(/jp-mod-active/);
  });

  await test.step('A cell that is marked in its toolbar is tracked; what only the clock decides does not come again', async () => {
    await page.notebook.addCell(
      'code',
      'import time\nscore = time.monotonic()'
    );
    const marked = (await page.notebook.getCellCount()) - 1;
    const button = cell(page, marked).getByRole('button', {
      name: 'Have Lightflow record'
    });
    await page.notebook.selectCells(marked);
    await button.click();
    await page.notebook.runCell(marked);
    await expect(chip(page, marked)).toContainText(/score \d/);
    await chip(page, marked)
      .getByTitle(/Show the run/)
      .click();
    const details = page.locator('.jp-Lightflow-details');
    await details.getByRole('button', { name: 'Reproduce' }).click();
    await expect(details.locator('.jp-Lightflow-mark')).toContainText(
      '✖ not reproduced',
      { timeout: 60_000 }
    );
  });

  await test.step('A renamed notebook keeps its chips', async () => {
    await page.contents.renameFile(path, 'of-story/renamed.ipynb');
    await expect(page.getByRole('tab', { name: 'renamed' })).toBeVisible();
    await expect(page.locator('.jp-Lightflow-chip').first()).toContainText(
      '2 runs'
    );
  });
});
