/** What a run's files look like, and that nothing of them runs. */
const { expect, test } = require('@jupyterlab/galata');
const fs = require('node:fs');
const { picture } = require('./images');
const { record } = require('./recorded');
const { Sidebar } = require('./sidebar');

const FILES = `
import json, wave
import numpy as np
lf.set_experiment("files")
hostile = "<script>parent.document.title='taken'</script><img src=x onerror=\\"parent.document.title='taken'\\">"
with lf.start_run(run_name="full"):
    for step in (0, 10, 20):
        lf.log_image(np.full((40, 60, 3), 40 + step * 8, dtype="uint8"), key="sample", step=step)
    lf.log_table({"row": list(range(1000)), "square": [x * x for x in range(1000)]}, "squares.csv")
    lf.log_table({"row": list(range(1000))}, "rows.parquet")
    lf.log_text("# Findings\\n\\nIt *works*.\\n\\n" + hostile, "report.md")
    lf.log_text("<h1>Framed</h1>" + hostile, "page.html")
    lf.log_text("".join(f"line {number} of a long log, told at length\\n" for number in range(15_000)), "long.log")
    with wave.open("tone.wav", "wb") as tone:
        tone.setnchannels(1), tone.setsampwidth(1), tone.setframerate(8000)
        tone.writeframes(bytes(128 + step % 50 for step in range(8000)))
    lf.log_artifact("tone.wav")
    lf.log_text("%PDF-1.4 " + hostile, "paper.pdf")
    lf.log_text(json.dumps({"cells": [
        {"cell_type": "markdown", "source": ["## A step\\n", hostile]},
        {"cell_type": "code", "source": "print(6 * 7)", "outputs": [
            {"output_type": "stream", "text": ["42\\n"]},
            {"output_type": "display_data", "data": {"text/html": hostile, "text/plain": "a frame"}},
        ]},
    ], "nbformat": 4, "nbformat_minor": 5}), "work.ipynb")
`;

test('Files are previewed by their kinds, long ones in parts', async ({
  page
}) => {
  record(FILES);
  const sidebar = new Sidebar(page);
  await page.setViewportSize({ width: 1400, height: 1400 });
  await sidebar.open();
  await sidebar.widen(500);
  await sidebar.chooseExperiment('files');
  const title = await page.title();
  await sidebar.row('full').click();
  const details = sidebar.root.locator('.jp-Lightflow-details');
  const open = name =>
    details.getByRole('button', { name, exact: true }).click();

  await details.getByText('images', { exact: true }).click();
  await details.getByText('sample', { exact: true }).click();
  await expect(details.getByText('Step 20')).toBeVisible();
  await expect(details.locator('img')).toBeVisible();
  await details.getByLabel('Step').fill('0');
  await expect(details.getByText('Step 0')).toBeVisible();

  await open('squares.csv');
  const sheet = details.locator('.jp-Lightflow-sheet');
  await expect(sheet.getByRole('columnheader')).toHaveText(['row', 'square']);
  await expect(details).toContainText('200 rows so far');
  expect(await sheet.getByRole('row').count()).toBeLessThan(60);
  await expect
    .poll(async () => {
      await sheet.evaluate(host => host.scrollTo(0, host.scrollHeight));
      return sheet.getByText('998001').count();
    })
    .toBe(1);
  await expect(details).toContainText('All 1,000 rows');
  await picture(sidebar.root, 'artifact-table');

  await open('rows.parquet');
  await expect(sheet.getByRole('columnheader')).toHaveText(['row']);

  await open('long.log');
  await expect(details).toContainText('line 0 of');
  await expect(details).not.toContainText('line 14999 of');
  await expect
    .poll(async () => {
      const more = details.getByText('Show more');
      if (await more.isVisible()) {
        await more.click();
      }
      return details.getByText('line 14999 of').count();
    })
    .toBe(1);

  await open('report.md');
  await expect(
    details.getByRole('heading', { name: 'Findings' })
  ).toBeVisible();
  await open('work.ipynb');
  await expect(details.getByRole('heading', { name: 'A step' })).toBeVisible();
  await expect(details).toContainText('42');
  await expect(details).toContainText('a frame');
  await open('page.html');
  const framed = details.frameLocator('iframe[title="page.html"]');
  await expect(framed.getByRole('heading', { name: 'Framed' })).toBeVisible();
  await open('paper.pdf');
  await expect(details.locator('iframe[title="paper.pdf"]')).toBeVisible();
  await open('tone.wav');
  const sound = details.locator('audio');
  await expect.poll(() => sound.evaluate(({ duration }) => duration)).toBe(1);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    details.getByRole('button', { name: 'Download all as zip' }).click()
  ]);
  const zipped = fs.readFileSync(await file.path());
  expect(zipped.subarray(0, 2).toString()).toBe('PK');
  expect(zipped.includes('images/sample')).toBe(true);
  expect(await page.title()).toBe(title);
});
