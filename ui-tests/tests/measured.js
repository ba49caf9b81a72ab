/** What was measured, for `python -m benchmarks`: printed, and kept in measured.json. */
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const FILE = path.resolve(__dirname, '../measured.json');

/** Keep one row: what, the value with its unit, the bound it is held against, and the machine's load. */
function keep(what, measured, bound) {
  const rows = fs.existsSync(FILE)
    ? JSON.parse(fs.readFileSync(FILE, 'utf-8'))
    : [];
  const others = rows.filter(row => row.what !== what);
  const row = { what, measured, bound, load: os.loadavg()[0] };
  fs.writeFileSync(FILE, JSON.stringify([...others, row], null, 2) + '\n');
  console.log(`    ${what}: ${measured} (must: ${bound})`);
}

function quantile(values, share) {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[
    Math.min(ordered.length - 1, Math.floor(ordered.length * share))
  ];
}

module.exports = { keep, quantile };
