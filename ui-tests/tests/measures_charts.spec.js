/** How fast charts are, by the browser's own clock. Nothing here fails on a slow machine. */
const { expect, test } = require('@jupyterlab/galata');
const { keep, quantile } = require('./measured');
const { record, recordInBackground } = require('./recorded');
const { Sidebar } = require('./sidebar');

const RUNS = 20;
const METRICS = 6;
const POINTS = 10_000;
const MANY_RUNS = 100;
const HOVERED_FRAMES = 60;
const LONG = 1_000_000;
const LIVE_RUNS = 5;
const LIVE_STEPS = 500;
/** An hour has 1,800,000 points: MEASURED_LIVE_POINTS=1800000 plays all of them. */
const LIVE_POINTS = Number(process.env.MEASURED_LIVE_POINTS ?? 100_000);

async function openSidebar(page, experiment) {
  await page.setViewportSize({ width: 1400, height: 1700 });
  const sidebar = new Sidebar(page);
  await sidebar.open();
  await sidebar.widen(1000);
  await sidebar.chooseExperiment(experiment);
  return sidebar;
}

/** Tick all runs, one by one in one task or by a key, and return the time until some charts stand for their points. */
async function ticked(page, points, charts, byKey = false) {
  return page.evaluate(
    ([total, count, atOnce]) =>
      new Promise(resolve => {
        const root = document.querySelector('#lightflow-sidebar');
        const boxes = root.querySelectorAll(
          '[role="treegrid"] [data-run-id] input:not(:checked)'
        );
        const observer = new MutationObserver(() => {
          const whole = root.querySelectorAll(`figure[data-points="${total}"]`);
          if (whole.length >= count) {
            observer.disconnect();
            // The first task after a frame: by then the canvases have been painted.
            requestAnimationFrame(() =>
              setTimeout(() => {
                performance.mark('drawn');
                resolve(
                  performance.measure('ticked', 'clicked', 'drawn').duration
                );
              })
            );
          }
        });
        observer.observe(root, {
          attributes: true,
          attributeFilter: ['data-points'],
          childList: true,
          subtree: true
        });
        performance.mark('clicked');
        if (atOnce) {
          root.querySelector('[data-run-id]').dispatchEvent(
            new KeyboardEvent('keydown', {
              key: 'a',
              ctrlKey: true,
              bubbles: true
            })
          );
        } else {
          boxes.forEach(box => box.click());
        }
      }),
    [points, charts, byKey]
  );
}

async function counted(page, experiment, metric, points) {
  await expect
    .poll(
      async () => {
        const found = await page.request.get('lightflow/api/experiments');
        const { experiments } = await found.json();
        const one = experiments.find(({ name }) => name === experiment);
        if (!one) {
          return 0;
        }
        const answer = await page.request.get(
          `lightflow/api/runs?limit=100&experiment_id=${one.experiment_id}`
        );
        const { runs } = await answer.json();
        return runs
          .flatMap(run => run.metrics)
          .filter(({ key }) => key === metric)
          .reduce((sum, { count }) => sum + count, 0);
      },
      { timeout: 120_000 }
    )
    .toBe(points);
}

test('Many runs of many points are ticked', async ({ page }) => {
  record(`
import math
lf.set_experiment("ticked")
for run in range(${RUNS}):
    with lf.start_run(run_name=f"run-{run}"):
        for step in range(${POINTS}):
            loss = math.exp(-step / 2000) + math.sin(step * run) / 20
            lf.log({f"metric-{number}": loss * number for number in range(${METRICS})}, step=step)
`);
  await counted(page, 'ticked', `metric-${METRICS - 1}`, RUNS * POINTS);
  const sidebar = await openSidebar(page, 'ticked');
  await sidebar.tick('run-7');
  await sidebar.row('run-7').getByRole('checkbox').uncheck();
  const ticked_ms = await ticked(page, RUNS * POINTS, METRICS);
  keep(
    `${RUNS} runs × ${POINTS.toLocaleString('en')} points in ${METRICS} charts, ticked to drawn`,
    `${ticked_ms.toFixed(0)} ms`,
    '500 ms'
  );
});

/** Move over a chart, as far as it is wide, and return how long each frame took. */
async function hovered(chart) {
  return chart.locator('.u-over').evaluate(async (over, frames) => {
    const { left, top, width, height } = over.getBoundingClientRect();
    const taken = [];
    let last = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < frames; frame++) {
      over.dispatchEvent(
        new MouseEvent('mousemove', {
          clientX: left + (width * frame) / frames,
          clientY: top + height / 2,
          bubbles: true
        })
      );
      const now = await new Promise(requestAnimationFrame);
      taken.push(now - last);
      last = now;
    }
    return taken;
  }, HOVERED_FRAMES);
}

test('A hundred runs stay fluid', async ({ page }) => {
  test.setTimeout(300_000);
  record(`
import math
lf.set_experiment("hundred")
for run in range(${MANY_RUNS}):
    with lf.start_run(run_name=f"run-{run:02}"):
        for step in range(${POINTS}):
            loss = math.exp(-step / 2000) + math.sin(step * run) / 20
            lf.log({"loss": loss, "score": -loss}, step=step)
`);
  await counted(page, 'hundred', 'score', MANY_RUNS * POINTS);
  const sidebar = await openSidebar(page, 'hundred');
  await sidebar.tick('run-99');
  await sidebar.row('run-99').getByRole('checkbox').uncheck();
  const ticked_ms = await ticked(page, MANY_RUNS * POINTS, 2, true);
  keep(
    `${MANY_RUNS} runs × ${POINTS.toLocaleString('en')} points in 2 charts, marked to drawn`,
    `${ticked_ms.toFixed(0)} ms`,
    '1,000 ms'
  );
  const frames_ms = await hovered(sidebar.chart('loss'));
  keep(
    `${MANY_RUNS} runs under the crosshair of 2 charts, frames: median, worst`,
    `${quantile(frames_ms, 0.5).toFixed(0)} ms, ${quantile(frames_ms, 1).toFixed(0)} ms`,
    '50 ms, worst'
  );
});

test('A metric of a million points is ticked', async ({ page }) => {
  record(`
import math
lf.set_experiment("million")
lf.start_run(run_name="short").end()
with lf.start_run(run_name="long"):
    for step in range(${LONG}):
        lf.log_metric("loss", math.sin(step / 1000), step)
`);
  await counted(page, 'million', 'loss', LONG);
  const sidebar = await openSidebar(page, 'million');
  // While no run is ticked the newest is drawn, and so the long one would be.
  await sidebar.tick('short');
  const ticked_ms = await ticked(page, LONG, 1);
  keep(
    `a metric of ${LONG.toLocaleString('en')} points, ticked to drawn`,
    `${ticked_ms.toFixed(0)} ms`,
    '250 ms'
  );
});

/** Start processes that log when a line is sent; each prints the time of each of its steps. */
async function startLive(page, experiment, steps, pause_seconds) {
  const children = Array.from({ length: LIVE_RUNS }, (_, number) => {
    const child = recordInBackground(`
import time
lf.set_experiment("${experiment}")
with lf.start_run(run_name="live-${number}"):
    lf.log_metric("clock-${number}", 0, 0)
    print("started", flush=True)
    input()
    begin, times = time.time(), []
    for step in range(1, ${steps}):
        if ${pause_seconds}:
            time.sleep(max(0, begin + step * ${pause_seconds} - time.time()))
        lf.log_metric("clock-${number}", step, step)
        times.append(time.time() * 1000)
    print(*times, flush=True)
    input()
`);
    const live = { child, printed: '' };
    child.stdout.on('data', text => (live.printed += text));
    return live;
  });
  for (const live of children) {
    await expect.poll(() => live.printed).toContain('started');
  }
  const sidebar = await openSidebar(page, experiment);
  await expect(sidebar.row('live-')).toHaveCount(LIVE_RUNS);
  return { children, sidebar };
}

test('Five live runs are drawn soon', async ({ page }) => {
  test.setTimeout(300_000);
  const { children, sidebar } = await startLive(page, 'live', LIVE_STEPS, 0.01);
  for (let number = 0; number < LIVE_RUNS; number++) {
    await sidebar.tick(`live-${number}`);
    await expect(
      sidebar.chart(`clock-${number}`).locator('canvas')
    ).toBeVisible();
  }
  await sidebar.root.evaluate(root => {
    new MutationObserver(changes => {
      const seen = changes.map(({ target }) => [
        target.dataset.metric,
        Number(target.dataset.points)
      ]);
      requestAnimationFrame(() =>
        setTimeout(() => performance.mark('drawn', { detail: seen }))
      );
    }).observe(root, { attributeFilter: ['data-points'], subtree: true });
  });
  children.forEach(({ child }) => child.stdin.write('\n'));
  for (let number = 0; number < LIVE_RUNS; number++) {
    await expect
      .poll(() => sidebar.points(`clock-${number}`), { timeout: 60_000 })
      .toBe(LIVE_STEPS);
  }
  const marks = await page.evaluate(() =>
    performance.getEntriesByName('drawn').map(mark => ({
      seen: mark.detail,
      time_ms: performance.timeOrigin + mark.startTime
    }))
  );
  const waits_ms = children.flatMap(({ child, printed }, number) => {
    child.stdin.end('\n');
    const logged = printed.trim().split('\n')[1].split(' ').map(Number);
    const drawn = marks.flatMap(({ seen, time_ms }) =>
      seen
        .filter(([metric]) => metric === `clock-${number}`)
        .map(([, points]) => ({ points, time_ms }))
    );
    return logged.flatMap((time_ms, index) => {
      const shown = drawn.find(mark => mark.points >= index + 2);
      return shown ? [shown.time_ms - time_ms] : [];
    });
  });
  expect(waits_ms.length).toBeGreaterThan((LIVE_RUNS * LIVE_STEPS) / 2);
  keep(
    `${LIVE_RUNS} live runs at 100 points/s, logged to drawn: median, 95 %`,
    `${quantile(waits_ms, 0.5).toFixed(0)} ms, ${quantile(waits_ms, 0.95).toFixed(0)} ms`,
    '300 ms, 800 ms'
  );
});

test('Live runs leave no memory behind', async ({ page }) => {
  test.setTimeout(600_000);
  const steps = LIVE_POINTS / LIVE_RUNS;
  const { children, sidebar } = await startLive(page, 'hour', steps, 0.0005);
  for (let number = 0; number < LIVE_RUNS; number++) {
    await sidebar.tick(`live-${number}`);
  }
  const session = await page.context().newCDPSession(page.context().pages()[0]);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  children.forEach(({ child }) => child.stdin.write('\n'));
  const reached = async count =>
    expect
      .poll(() => sidebar.points('clock-0'), { timeout: 400_000 })
      .toBeGreaterThanOrEqual(count);
  await reached(steps / 5);
  const early = await heap();
  await reached(steps);
  const late = await heap();
  children.forEach(({ child }) => child.stdin.end('\n'));
  keep(
    `the browser's memory over ${LIVE_POINTS.toLocaleString('en')} live points`,
    `${((late - early) / 1e6).toFixed(1)} MB more`,
    '30 MB more'
  );
});
