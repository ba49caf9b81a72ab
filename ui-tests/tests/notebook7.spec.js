/** Lightflow in Notebook 7, without JupyterLab's shell. */
const { expect, test } = require('@playwright/test');
const { recordRuns, writeNotebook } = require('./notebookFile');

const SOURCES = ['x = 1', 'y = x'];

test('Notebook 7 has the chips, and the sidebar that they open', async ({
  page
}) => {
  const notebook = writeNotebook('seven', SOURCES);
  recordRuns('seven', SOURCES, 2, 1);
  await page.goto(`notebooks/${notebook}`);
  const chip = page.locator('.jp-Lightflow-chip').nth(1);
  await expect(chip).toContainText('loss 0.5');
  await expect(chip).toHaveAttribute('data-edits', 'none');
  await chip.getByTitle(/Show the run/).click();
  const sidebar = page.locator('#lightflow-sidebar');
  await expect(sidebar.locator('.jp-Lightflow-details')).toContainText('run-1');
  await expect(
    sidebar.getByRole('row').filter({ hasText: 'run-1' }).first()
  ).toBeVisible();
});
