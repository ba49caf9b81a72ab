/** A server that is killed under a live chart. */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { expect, test } = require('@jupyterlab/galata');
const { Sidebar } = require('./sidebar');

const HOME = path.join(process.env.UI_TEST_HOME, 'reconnect');
const WORK = path.join(HOME, 'work');
const LOGGING = `
import threading, sys
import lightflow_jlab as lf
told = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), told.set()), daemon=True).start()
step = 0
with lf.start_run(run_name="alive"):
    while not told.wait(0.02):
        lf.log_metric("loss", 1 / (1 + step), step=step)
        step += 1
print(step, flush=True)
`;

function freePort() {
  return new Promise(resolve => {
    const server = net.createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** JupyterLab of its own, which may be killed. Its runtime files are shared by all that follow. */
async function startLab(port) {
  const lab = spawn(
    'jupyter',
    ['lab', '--config', 'jupyter_server_test_config.py'],
    {
      env: {
        ...process.env,
        UI_TEST_HOME: HOME,
        UI_TEST_PORT: String(port),
        JUPYTER_CONFIG_DIR: path.join(HOME, 'config'),
        JUPYTER_DATA_DIR: path.join(HOME, 'data'),
        JUPYTER_RUNTIME_DIR: path.join(HOME, 'runtime'),
        LIGHTFLOW_STATE_DIR: path.join(HOME, 'state')
      },
      stdio: 'ignore'
    }
  );
  await expect(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/lightflow/api/status`);
    expect(answer.ok).toBe(true);
  }).toPass({ timeout: 60_000 });
  return lab;
}

test('A chart whose server is killed connects again and equals the store', async ({
  browser
}) => {
  fs.mkdirSync(WORK, { recursive: true });
  const port = await freePort();
  let lab = await startLab(port);
  const child = spawn('python', ['-c', LOGGING], {
    env: { ...process.env, LIGHTFLOW_TRACKING_URI: WORK },
    stdio: ['pipe', 'pipe', 'inherit']
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/lab`);
    await page.locator('.jp-SideBar [data-id="lightflow-sidebar"]').click();
    const sidebar = new Sidebar(page);
    const live = sidebar.root.locator('.jp-Lightflow-live');
    await expect(live).toHaveAttribute('data-state', 'connected');
    await sidebar.tick('alive');
    await sidebar.showTab('Charts');
    await expect.poll(() => sidebar.points('loss')).toBeGreaterThan(10);

    lab.kill('SIGKILL');
    await expect(live).not.toHaveAttribute('data-state', 'connected');
    const before = await sidebar.points('loss');
    lab = await startLab(port);
    await expect(live).toHaveAttribute('data-state', 'connected', {
      timeout: 60_000
    });
    await expect.poll(() => sidebar.points('loss')).toBeGreaterThan(before);
    const logged = new Promise(resolve => child.stdout.once('data', resolve));
    child.stdin.write('end\n');
    const count = Number((await logged).toString());
    await expect.poll(() => sidebar.points('loss')).toBe(count);
    await page.close();
  } finally {
    child.kill();
    lab.kill();
  }
});
