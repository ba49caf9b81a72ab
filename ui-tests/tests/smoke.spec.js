const { expect, test } = require('@jupyterlab/galata');

test('JupyterLab opens with the sidebar, which says how to begin', async ({
  page
}) => {
  const errors = [];
  page.on('pageerror', error => errors.push(error.message));
  await page.sidebar.openTab('lightflow-sidebar');
  await expect(page.locator('#lightflow-sidebar')).toContainText('No runs yet');
  await expect(
    page.locator('#lightflow-sidebar .jp-Lightflow-live')
  ).toHaveAttribute('data-state', 'connected');
  expect(errors).toEqual([]);
});
