/** Runs as a script beside the notebooks records them: in a Python process of its own. */
const { execFileSync, spawn } = require('node:child_process');
const path = require('node:path');

const WORK = path.join(process.env.UI_TEST_HOME, 'work');
const ENVIRONMENT = { ...process.env, LIGHTFLOW_TRACKING_URI: WORK };
const PRELUDE = 'import lightflow_jlab as lf\n';

/** Record with this Python code, and return when its process has ended. */
function record(code) {
  return execFileSync('python', ['-c', PRELUDE + code], {
    env: ENVIRONMENT,
    cwd: WORK,
    timeout: 60_000
  }).toString();
}

/** Start this Python code; the caller ends it. */
function recordInBackground(code) {
  return spawn('python', ['-c', PRELUDE + code], {
    env: ENVIRONMENT,
    cwd: WORK,
    stdio: ['pipe', 'pipe', 'inherit']
  });
}

module.exports = { WORK, record, recordInBackground };
