/** Which run made this figure? From the figure to the code, what was printed, the note, and the cell. */
const { expect, test } = require('@jupyterlab/galata');
const { openNotebook } = require('./notebookFile');
const { Sidebar } = require('./sidebar');

const CELLS = [
  'import lightflow_jlab as lf\nimport matplotlib.pyplot as plt',
  ...['blue', 'red'].map(
    color => `%%track ${color} -e figures -n "Tried *${color}*."
plt.plot([1, 3, 2], color="${color}")
plt.show()
print("drawn in ${color}")`
  )
];
const [, BLUE, RED] = CELLS.keys();

test('A figure leads to its run, its code, what it printed, its note and its cell', async ({
  page
}) => {
  await openNotebook(page, 'figures', CELLS);
  for (const number of CELLS.keys()) {
    await page.notebook.runCell(number);
  }
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(430);
  await sidebar.chooseExperiment('figures');
  const details = sidebar.root.locator('.jp-Lightflow-details');

  // Whose figure is the blue one? Each run shows its own.
  const colourOfFigure = async () => {
    await details.getByText('figures', { exact: true }).click();
    await details.getByRole('button', { name: '01.png', exact: true }).click();
    const picture = details.locator('img');
    await expect(picture).toBeVisible();
    return picture.evaluate(async image => {
      await image.decode();
      const { naturalWidth: width, naturalHeight: height } = image;
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      let [red, blue] = [0, 0];
      for (let place = 0; place < data.length; place += 4) {
        red += data[place] > 200 && data[place + 2] < 60;
        blue += data[place + 2] > 200 && data[place] < 60;
      }
      return red > blue ? 'red' : 'blue';
    });
  };
  await sidebar.row('red').click({ position: { x: 120, y: 12 } });
  expect(await colourOfFigure()).toBe('red');
  await sidebar.row('blue').click({ position: { x: 120, y: 12 } });
  expect(await colourOfFigure()).toBe('blue');

  await expect(details.locator('.jp-Lightflow-note em')).toHaveText('blue');
  await expect(details).toContainText('plt.plot([1, 3, 2], color="blue")');
  await details.getByText('Printed', { exact: false }).first().click();
  await expect(
    details.locator('pre', { hasText: 'drawn in blue' }).last()
  ).toHaveText('drawn in blue');

  const cell = number => page.locator('.jp-NotebookPanel .jp-Cell').nth(number);
  await page.notebook.selectCells(RED);
  await details.getByRole('button', { name: 'Go to the Cell' }).click();
  await expect(cell(BLUE)).toHaveClass(/jp-mod-active/);
});
