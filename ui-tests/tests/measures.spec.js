/** How fast it is, by the browser's own clock. Nothing here fails on a slow machine. */
const { expect, test } = require('@jupyterlab/galata');
const { keep, quantile } = require('./measured');
const { recordRuns, writeNotebook } = require('./notebookFile');
const { record, recordInBackground } = require('./recorded');
const { Sidebar } = require('./sidebar');

const RUNS = Number(process.env.MEASURED_RUNS ?? 500);
/** Half of them params, half of them metrics. */
const COLUMNS = 50;
const SCROLLED_FRAMES = 120;
const POINTS = 60;
const CELLS = 300;
const CELLS_WITH_RUNS = 200;
const ROUNDS = 6;

/** Keep a view of all columns, and return its name. */
async function allColumns(page, experiment_id) {
  const name = 'All columns';
  const columns = Array.from({ length: COLUMNS / 2 }, (_, number) => [
    `params.param-${number}`,
    `metrics.metric-${number}`
  ]).flat();
  const answer = await page.request.post('lightflow/api/views', {
    data: {
      name,
      definition: {
        experiment_id,
        search: '',
        statuses: [],
        sort: null,
        columns,
        pinned: [],
        group_by: '',
        aggregate: 'range',
        nested: true,
        folded: false
      }
    }
  });
  expect(answer.ok()).toBe(true);
  return name;
}

/** Scroll the table by so many pixels in each frame, and return how long each frame took. */
async function scrolled(sidebar, right_px, down_px) {
  return sidebar.table.evaluate(
    async (grid, [frames, right, down]) => {
      const taken = [];
      let last = await new Promise(requestAnimationFrame);
      for (let frame = 0; frame < frames; frame++) {
        grid.scrollLeft += right;
        grid.scrollTop += down;
        const now = await new Promise(requestAnimationFrame);
        taken.push(now - last);
        last = now;
      }
      return taken;
    },
    [SCROLLED_FRAMES, right_px, down_px]
  );
}

test('Many runs open and scroll', async ({ page }) => {
  test.setTimeout(300_000);
  record(`
lf.set_experiment("many")
for number in range(${RUNS}):
    with lf.start_run(run_name=f"run-{number}"):
        lf.log_params({f"param-{column}": number % (column + 2) for column in range(${COLUMNS / 2})})
        lf.log({f"metric-{column}": column / (1 + number) for column in range(${COLUMNS / 2})})
`);
  let many;
  await expect
    .poll(
      async () => {
        const answer = await page.request.get('lightflow/api/experiments');
        const { experiments } = await answer.json();
        many = experiments.find(one => one.name === 'many');
        return many?.run_count;
      },
      { timeout: 240_000 }
    )
    .toBe(RUNS);
  const sidebar = new Sidebar(page);

  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector('#lightflow-sidebar [data-run-id]')) {
        observer.disconnect();
        requestAnimationFrame(() => performance.mark('first rows'));
      }
    }).observe(document.body, { childList: true, subtree: true });
    document.addEventListener('click', () => performance.mark('clicked'), {
      capture: true,
      once: true
    });
  });
  await page.locator('[data-id="lightflow-sidebar"]').click();
  await expect(sidebar.root.locator('[data-run-id]').first()).toBeVisible();
  const opened_ms = await page.evaluate(
    () => performance.measure('opened', 'clicked', 'first rows').duration
  );
  keep(
    `sidebar with ${RUNS.toLocaleString('en')} runs, opened to first rows`,
    `${opened_ms.toFixed(0)} ms`,
    '400 ms'
  );

  const name = await allColumns(page, many.experiment_id);
  await page.setViewportSize({ width: 1400, height: 900 });
  await sidebar.widen(1000);
  await sidebar.tool('Saved views');
  await sidebar.root.getByRole('button', { name }).first().click();
  await expect(
    sidebar.table.getByRole('columnheader', { name: 'metric-0' })
  ).toBeVisible();
  for (const [way, right_px, down_px] of [
    ['down, 100 px', 0, 100],
    ['down, 400 px', 0, 400],
    ['across, 100 px', 100, 0]
  ]) {
    const frames_ms = await scrolled(sidebar, right_px, down_px);
    keep(
      `${RUNS.toLocaleString('en')} runs × ${COLUMNS} columns scrolled ${way} a frame, frames: median, worst`,
      `${quantile(frames_ms, 0.5).toFixed(0)} ms, ${quantile(frames_ms, 1).toFixed(0)} ms`,
      '50 ms, worst'
    );
  }
});

test('A logged point is drawn soon', async ({ page }) => {
  const sidebar = new Sidebar(page);
  await sidebar.open();
  const child = recordInBackground(`
import time
lf.set_experiment("latency")
with lf.start_run(run_name="timed"):
    lf.log_metric("clock", 0, 0)
    print("started", flush=True)
    input()
    for step in range(1, ${POINTS}):
        lf.log_metric("clock", step, step)
        print(time.time() * 1000, flush=True)
        time.sleep(0.1)
    input()
`);
  let printed = '';
  child.stdout.on('data', text => (printed += text));
  await expect.poll(() => printed).toContain('started');
  await sidebar.chooseExperiment('latency');
  await sidebar.tick('timed');
  await expect(sidebar.chart('clock').locator('canvas')).toBeVisible();
  await sidebar.chart('clock').evaluate(figure => {
    new MutationObserver(() => {
      const points = Number(figure.dataset.points);
      // The first task after a frame: by then the canvas has been painted.
      requestAnimationFrame(() =>
        setTimeout(() => performance.mark('drawn', { detail: points }))
      );
    }).observe(figure, { attributeFilter: ['data-points'] });
  });
  child.stdin.write('\n');
  await expect.poll(() => sidebar.points('clock')).toBe(POINTS);
  await expect.poll(() => printed.split('\n').length).toBe(POINTS + 1);
  const drawn = await page.evaluate(() =>
    performance.getEntriesByName('drawn').map(mark => ({
      points: mark.detail,
      time_ms: performance.timeOrigin + mark.startTime
    }))
  );
  child.stdin.end('\n');
  const logged_ms = printed.trim().split('\n').slice(1).map(Number);
  const waits_ms = logged_ms.flatMap((time_ms, index) => {
    const shown = drawn.find(mark => mark.points >= index + 2);
    return shown ? [shown.time_ms - time_ms] : [];
  });
  expect(waits_ms.length).toBeGreaterThan(POINTS / 2);
  keep(
    'from log_metric to the drawn point: median, 95 %',
    `${quantile(waits_ms, 0.5).toFixed(0)} ms, ${quantile(waits_ms, 0.95).toFixed(0)} ms`,
    '300 ms, 800 ms'
  );
});

/** Scroll the notebook in front from its top, and return the frames and the main thread's work in one, in ms. */
async function scrolledNotebook(page, session) {
  const work = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  };
  const outer = page.locator(
    '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer'
  );
  await outer.evaluate(element => element.scrollTo(0, 0));
  // What was opened or put in front settles first.
  await page.waitForTimeout(1000);
  const before_ms = await work();
  const frames_ms = await outer.evaluate(async (element, frames) => {
    const taken = [];
    let last = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < frames; frame++) {
      element.scrollTop += 200;
      const now = await new Promise(requestAnimationFrame);
      taken.push(now - last);
      last = now;
    }
    return taken;
  }, SCROLLED_FRAMES);
  const work_ms = ((await work()) - before_ms) / SCROLLED_FRAMES;
  return { frames_ms, work_ms };
}

test('Chips come soon in a long notebook, which scrolls as before', async ({
  page
}) => {
  test.setTimeout(300_000);
  const sources = Array.from({ length: CELLS }, (_, number) =>
    `value_${number} = ${number}\n`.repeat(12)
  );
  const notebooks = [
    ['plain', 0],
    ['chips', CELLS_WITH_RUNS]
  ].map(([name, count]) => {
    const notebook = writeNotebook(name, sources);
    recordRuns(name, sources, count, 50);
    return { notebook, count, frames_ms: [], works_ms: [] };
  });
  for (const { notebook } of notebooks) {
    await page.notebook.openByPath(notebook);
    await page.notebook.activate(notebook);
  }
  await expect(page.locator('.jp-Lightflow-chip')).toHaveCount(CELLS_WITH_RUNS);
  const chips_ms = await page.evaluate(
    () => performance.getEntriesByName('lightflow:chips')[0].duration
  );
  keep(
    `chips of ${CELLS} cells, ${CELLS_WITH_RUNS} of them with runs`,
    `${chips_ms.toFixed(0)} ms`,
    '100 ms'
  );
  const session = await page.context().newCDPSession(page.context().pages()[0]);
  await session.send('Performance.enable');
  // In turn, so that what else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round++) {
    for (const { notebook, frames_ms, works_ms } of notebooks) {
      await page.notebook.activate(notebook);
      const scroll = await scrolledNotebook(page, session);
      // In the first round cells are drawn that were not there before.
      if (round > 0) {
        frames_ms.push(...scroll.frames_ms);
        works_ms.push(scroll.work_ms);
      }
    }
  }
  for (const { count, frames_ms, works_ms } of notebooks) {
    const frames = [0.5, 0.95].map(share => quantile(frames_ms, share));
    keep(
      `a notebook of ${CELLS} cells scrolled, ${count} with chips, frames: median, 95 %; work in one`,
      `${frames.map(frame_ms => `${frame_ms.toFixed(0)} ms`).join(', ')}; ${quantile(works_ms, 0.5).toFixed(1)} ms`,
      'unchanged'
    );
  }
});
