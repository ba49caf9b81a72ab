/** A notebook file in the server's folder, whose cells have runs without a kernel having run them. */
const fs = require('node:fs');
const path = require('node:path');
const { WORK, record } = require('./recorded');

/** Write a notebook of code cells `NAME-0`, `NAME-1` …, and return its path. */
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
  fs.writeFileSync(path.join(WORK, `${name}.ipynb`), JSON.stringify(content));
  return `${name}.ipynb`;
}

/** Record one run for each of the first `count` cells, each standing on those before it. */
function recordRuns(name, sources, count, before = 0) {
  record(`
import json
from lightflow_jlab.notebook.ledger import digest_of
lf.set_experiment("${name}")
sources = json.loads(${JSON.stringify(JSON.stringify(sources))})
for number in range(${count}):
    place = {"lightflow.cellId": f"${name}-{number}", "mlflow.source.name": "${name}.ipynb"}
    with lf.start_run(run_name=f"run-{number}", tags=place) as run:
        lf.log_metric("loss", 1 / (1 + number))
        cells = [
            {"cell_id": f"${name}-{other}", "digest": digest_of(sources[other])}
            for other in range(max(0, number - ${before}), number + 1)
        ]
        run.log_document("slice", json.dumps({"cells": cells}), "application/json")
`);
}

module.exports = { recordRuns, writeNotebook };
