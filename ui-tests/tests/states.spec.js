/** What the sidebar says when there is nothing, or no server, to show. */
const { expect, test } = require('@jupyterlab/galata');
const { record } = require('./recorded');
const { Sidebar } = require('./sidebar');

test('An experiment without runs says how to begin, and puts it into the notebook', async ({
  page
}) => {
  const errors = [];
  page.on('pageerror', error => errors.push(error.message));
  record('lf.set_experiment("nothing yet").experiment_id');
  await page.notebook.createNew();
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.chooseExperiment('nothing yet');
  await expect(sidebar.root).toContainText('No runs yet');
  await expect(sidebar.root).toContainText('Put %%track on the cell');
  await expect(sidebar.root.getByRole('tab')).toHaveCount(0);
  await sidebar.root
    .getByRole('button', { name: 'Insert into the notebook' })
    .click();
  await expect(page.locator('.jp-Notebook')).toContainText('%%track first-run');
  expect(errors).toEqual([]);
});

test.describe('A server that is not what it should be', () => {
  // The routes have to stand before the page asks for anything.
  test.use({ autoGoto: false });

  test('A slow server is waited for, and it is said', async ({ page }) => {
    record('lf.start_run(run_name="awaited").end()');
    let answer = () => {};
    const asked = new Promise(resolve => (answer = resolve));
    await page.route(/lightflow\/api\/runs\?/, async route => {
      await asked;
      await route.continue();
    });
    await page.goto();
    await page.sidebar.openTab('lightflow-sidebar');
    const sidebar = new Sidebar(page);
    await expect(
      sidebar.root.getByRole('status', { name: 'Loading' })
    ).toBeVisible();
    answer();
    await expect(sidebar.row('awaited').first()).toBeVisible();
  });

  test('How much of a run could not be kept is told', async ({ page }) => {
    record('lf.start_run(run_name="lost in part").end()');
    await page.route(/lightflow\/api\/runs\?/, async route => {
      const response = await route.fetch();
      const answer = await response.json();
      const runs = answer.runs.map(run => ({ ...run, dropped: 7 }));
      await route.fulfill({ response, json: { ...answer, runs } });
    });
    await page.goto();
    await page.sidebar.openTab('lightflow-sidebar');
    const sidebar = new Sidebar(page);
    await sidebar.row('lost in part').first().click();
    await sidebar.showTab('Details');
    await expect(sidebar.root).toContainText('7 records could not be kept.');
  });

  test('A failing server is told, and asked again on demand', async ({
    page
  }) => {
    await page.route(/lightflow\/api\/runs\?/, route =>
      route.fulfill({
        status: 503,
        contentType: 'application/json',
        body: JSON.stringify({
          error_code: 'STORE_ERROR',
          message: 'The store is damaged.'
        })
      })
    );
    await page.goto();
    await page.sidebar.openTab('lightflow-sidebar');
    const sidebar = new Sidebar(page);
    await expect(sidebar.root.getByRole('alert')).toContainText(
      'The store is damaged.'
    );
    await page.unroute(/lightflow\/api\/runs\?/);
    await sidebar.root.getByRole('button', { name: 'Try again' }).click();
    await expect(sidebar.root.getByRole('alert')).toHaveCount(0);
  });

  test('A broken connection is told and mends itself', async ({ page }) => {
    let socket;
    let refused = false;
    await page.routeWebSocket(/lightflow\/api\/stream/, route => {
      if (refused) {
        void route.close({ code: 1001 });
      } else {
        socket = route;
        route.connectToServer();
      }
    });
    record('lf.start_run(run_name="before").end()');
    await page.goto();
    const sidebar = new Sidebar(page);
    await sidebar.open();
    await expect(sidebar.row('before').first()).toBeVisible();
    refused = true;
    await socket.close({ code: 1001 });
    await expect(sidebar.root).toContainText('what you see may be old');
    record('lf.start_run(run_name="meanwhile").end()');
    refused = false;
    await sidebar.root.getByRole('button', { name: 'Connect' }).click();
    await expect(sidebar.row('meanwhile')).toBeVisible();
    await expect(sidebar.root).not.toContainText('what you see may be old');
  });
});
