/** A notebook file in the server's folder, whose cells have runs without a kernel having run them. */
const fs = require('node:fs');
const path = require('node:path');
const { WORK, record } = require('./recorded');

function pathOf(name) {
  return `of-${name}/${name}.ipynb`;
}

/**
 * Write a notebook of code cells `NAME-0`, `NAME-1` …, in a folder of its own, and return its path.
 * Galata opens what lies in a folder that the path names.
 */
function writeNotebook(name, sources) {
  const content = {
    cells: sources.map((source, number) => ({
      cell_type: 'code',
      id: `${name}-${number}`,
      source,
      metadata: {},
      outputs: [],
      execution_count: null
    })),
    metadata: {
      kernelspec: {
        name: 'python3',
        display_name: 'Python 3',
        language: 'python'
      }
    },
    nbformat: 4,
    nbformat_minor: 5
  };
  const file = pathOf(name);
  fs.mkdirSync(path.join(WORK, path.dirname(file)), { recursive: true });
  fs.writeFileSync(path.join(WORK, file), JSON.stringify(content));
  return file;
}

/** Write it, and open it in front; its path. */
async function openNotebook(page, name, sources) {
  const file = writeNotebook(name, sources);
  await page.notebook.openByPath(file);
  await page.notebook.activate(file);
  return file;
}

/** Record one run for each of the first `count` cells, each standing on those before it. */
function recordRuns(name, sources, count, before = 0) {
  record(`
import json
from lightflow_jlab.notebook.ledger import digest_of
lf.set_experiment("${name}")
sources = json.loads(${JSON.stringify(JSON.stringify(sources))})
for number in range(${count}):
    place = {"lightflow.cellId": f"${name}-{number}", "mlflow.source.name": "${pathOf(name)}"}
    with lf.start_run(run_name=f"run-{number}", tags=place) as run:
        for part in (2, 1):
            lf.log_metric("loss", part / (1 + number))
        cells = [
            {"cell_id": f"${name}-{other}", "digest": digest_of(sources[other])}
            for other in range(max(0, number - ${before}), number + 1)
        ]
        run.log_document("slice", json.dumps({"cells": cells}), "application/json")
`);
}

module.exports = { openNotebook, recordRuns, writeNotebook };
