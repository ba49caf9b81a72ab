/** Runs side by side: what differs, in the sidebar, in a tab, and in a file that lives alone. */
const { expect, test } = require('@jupyterlab/galata');
const { picture } = require('./images');
const { record } = require('./recorded');
const { Sidebar } = require('./sidebar');

/** Three runs as a notebook's cells record them, with texts that try to be a script. */
const THREE_RUNS = `
import json
import numpy as np
lf.set_experiment("side by side")
for number, rate in enumerate((0.1, 0.5, 0.9), 1):
    with lf.start_run(run_name=f"try-{number}", tags={"who": "</script><script>alert(1)</script>"}) as run:
        lf.log_params({"rate": rate, "layers": 3})
        for step in range(1000): lf.log({"loss": 1 / (1 + rate * step)}, step=step)
        lf.log_text("x" * number, "notes.txt")
        lf.log_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="{9 * number}"/></svg>', "shape.svg")
        lf.log_input(np.arange(100 * number), name="digits", context="training")
        source = f"%%track try-{number} rate={rate}\\nfor step in range(1000):\\n    train(x)\\n"
        cells = [("a", 1, f"x = {number}\\n"), ("b", 2, "def train(x): ...\\n"), ("t", 3 + number, source)]
        run.log_document("source", source, "text/x-python")
        run.log_document("verdict", "Hidden state: it stood on 2 other cells.\\nCell [1] was edited.")
        run.log_document("slice", json.dumps({"cells": [
            {"cell_id": cell, "execution_count": count, "source": text} for cell, count, text in cells
        ]}), "application/json")
        run.log_document("environment", json.dumps({"packages": {"numpy": f"2.{number}", "pip": "25"}}))
`;

test('Code, packages, files and verdicts are compared, in a tab that comes back and in a file', async ({
  page,
  context
}) => {
  record(THREE_RUNS);
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(430);
  await sidebar.chooseExperiment('side by side');
  // Why is the best run better? The best first, then beside the others.
  await sidebar.table.getByRole('button', { name: 'loss' }).click();
  await expect.poll(() => sidebar.rows()).toEqual(['try-3', 'try-2', 'try-1']);
  for (const number of [1, 2, 3]) {
    await sidebar.tick(`try-${number}`);
  }
  // The tab opens with what was asked for, also where a run was looked at before.
  await sidebar.row('try-1').click({ position: { x: 120, y: 12 } });
  await sidebar.showTab('Compare');
  await page.sidebar.openTab('filebrowser');
  await page.sidebar.openTab('lightflow-sidebar');
  await sidebar.root.getByRole('button', { name: 'Open in a tab' }).click();
  const tab = page.locator('#lightflow-tab');
  const cells = name =>
    tab.getByRole('row', { name: new RegExp(`^${name}`) }).getByRole('cell');
  await expect(cells('numpy')).toHaveText(['2.1', '2.2', '2.3']);
  await expect(cells('notes.txt')).toHaveText(['1 B', '2 B', '3 B']);
  await expect(cells('Verdict').first()).toHaveText(
    'Hidden state: it stood on 2 other cells.'
  );
  await expect(cells('digits').first()).toContainText('(100)');
  await expect(cells('digits').last()).toContainText('(300)');
  // Their files beside each other: pictures as pictures, texts line by line.
  await tab.getByText('Files side by side').click();
  await tab.getByText('shape.svg', { exact: true }).last().click();
  await expect(tab.locator('figure img')).toHaveCount(3);
  await tab.getByText('notes.txt', { exact: true }).last().click();
  await expect(tab.locator('details .cm-changedLine')).toHaveText([
    'x',
    'xx',
    'x',
    'xxx'
  ]);
  const code = tab.getByRole('region', { name: 'Code' }).first();
  await expect(code.locator('.cm-changedLine')).toHaveText([
    '%%track try-1 rate=0.1',
    '%%track try-2 rate=0.5',
    'x = 1',
    'x = 2'
  ]);
  await expect(code).toContainText('1 equal cell');
  await page.sidebar.close('left');
  await picture(page, 'compare-tab');

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    tab.getByRole('button', { name: 'Save as HTML' }).click()
  ]);
  const alone = await context.newPage();
  const faults = [];
  alone.on('pageerror', error => faults.push(error.message));
  alone.on('dialog', dialog => faults.push(dialog.message()));
  alone.on('request', request => {
    if (!request.url().startsWith('file:')) {
      faults.push(request.url());
    }
  });
  await file.saveAs(`${test.info().outputDir}/comparison.html`);
  await alone.goto(`file://${test.info().outputDir}/comparison.html`);
  await expect(alone.getByRole('row', { name: /^numpy/ })).toContainText('2.3');
  await expect(alone.getByRole('row', { name: /^digits/ })).toContainText(
    '(300)'
  );
  await expect(alone.getByRole('row', { name: /^pip/ })).toHaveCount(0);
  await alone.getByLabel('Differences only').uncheck();
  await expect(alone.getByRole('row', { name: /^pip/ })).toBeVisible();
  await expect(alone.getByRole('row', { name: /^who/ })).toContainText(
    '</script><script>alert(1)</script>'
  );
  await alone.getByLabel('Baseline').selectOption({ label: 'try-3' });
  await expect(alone.getByText('Code: try-3 → try-1')).toBeVisible();
  const plot = alone.locator('[data-metric="loss"] .u-over');
  await plot.scrollIntoViewIfNeeded();
  await plot.hover();
  const tooltip = alone.locator('.jp-Lightflow-tooltip');
  await expect(tooltip).toContainText('try-2');
  const before = await tooltip.textContent();
  const box = await plot.boundingBox();
  await alone.mouse.move(box.x + 20, box.y + 40);
  await alone.mouse.down();
  await alone.mouse.move(box.x + 60, box.y + 40, { steps: 3 });
  await alone.mouse.up();
  await plot.hover();
  await expect(tooltip).not.toHaveText(before);
  expect(faults).toEqual([]);
  await alone.close();

  // It is found again with the workspace.
  await page.reload({ waitForIsReady: false });
  await expect(cells('numpy')).toHaveText(['2.1', '2.2', '2.3']);
});
