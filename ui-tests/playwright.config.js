const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const baseConfig = require('@jupyterlab/galata/lib/playwright-config');

// This file is read again in each worker: the runner chooses once, the workers inherit.
function once(name, choose) {
  process.env[name] ??= choose();
  return process.env[name];
}

const home = once('UI_TEST_HOME', () =>
  fs.mkdtempSync(path.join(os.tmpdir(), 'lightflow-ui-'))
);
const port = once('UI_TEST_PORT', () =>
  execFileSync('python', [
    '-c',
    'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
  ])
    .toString()
    .trim()
);
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const baseURL = `http://127.0.0.1:${port}`;

module.exports = {
  ...baseConfig,
  testDir: process.env.UI_TESTS ?? 'tests',
  testIgnore: [
    // Full-size measures print numbers and take minutes: they are asked for.
    ...(process.env.LIGHTFLOW_MEASURES ? [] : ['**/measures*.spec.js']),
    // Most people have no other servers: none is configured where pictures are taken.
    ...(process.env.LIGHTFLOW_DOCS_IMAGES ? ['**/sources.spec.js'] : [])
  ],
  reporter: [['list']],
  workers: 1,
  retries: 0,
  // Two slow cores: Playwright's own 5 s for expect() is short.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: {
    ...baseConfig.use,
    baseURL,
    viewport: { width: 1400, height: 900 },
    // Video needs an ffmpeg that only Playwright's own installer brings.
    video: 'off',
    // Tracing takes a fifth of the time: it is asked for where a failure isn't understood.
    trace: process.env.UI_TEST_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: {
    command: 'jupyter lab --config jupyter_server_test_config.py',
    url: `${baseURL}/lab`,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    stdout: 'ignore',
    stderr: process.env.UI_TEST_VERBOSE ? 'pipe' : 'ignore',
    // Nothing of the person's own Jupyter setup is read or written.
    env: {
      JUPYTER_CONFIG_DIR: path.join(home, 'config'),
      JUPYTER_DATA_DIR: path.join(home, 'data'),
      JUPYTER_RUNTIME_DIR: path.join(home, 'runtime'),
      IPYTHONDIR: path.join(home, 'ipython'),
      LIGHTFLOW_STATE_DIR: path.join(home, 'state')
    }
  }
};
