/** What JupyterLab loads of Lightflow with each page. */
const { expect, test } = require('@jupyterlab/galata');
const { gzipSync } = require('node:zlib');
const { keep } = require('./measured');

test('Little is loaded before the panel is first opened', async ({ page }) => {
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(entry => entry.name)
      .filter(name => /\/extensions\/lightflow-jlab\/.*\.js/.test(name))
  );
  expect(scripts.length).toBeGreaterThan(0);
  let size_bytes = 0;
  for (const script of scripts) {
    const answer = await page.request.get(script);
    size_bytes += gzipSync(await answer.body()).length;
  }
  keep(
    'script before the panel is opened, gzipped',
    `${(size_bytes / 1000).toFixed(1)} kB`,
    '30 kB'
  );
  expect(size_bytes).toBeLessThan(30_000);
});
