"""Execute the quickstart notebook of a folder without a screen and print the table of its runs."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import lightflow_jlab as lf

EXPECTED_RUNS = 3


def main(folder: Path) -> int:
    """Return 0 when every cell ran and each tracked cell left a finished run."""
    path = folder / "quickstart.ipynb"
    notebook = nbformat.read(path, as_version=4)
    lf.set_tracking_uri(folder)
    earlier = {run.info.run_id for run in lf.search_runs(output_format="list")}
    try:
        NotebookClient(
            notebook, timeout=300, resources={"metadata": {"path": str(folder)}}
        ).execute()
    except CellExecutionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        nbformat.write(notebook, path)
    runs = lf.runs(experiment="digits")
    runs = runs[~runs["run_id"].isin(earlier)]
    shown = ["tags.mlflow.runName", "status", "params.learning_rate", "metrics.accuracy/validation"]
    sys.stdout.write(runs[shown].to_string(index=False) + "\n")
    if len(runs) != EXPECTED_RUNS or set(runs["status"]) != {"FINISHED"}:
        sys.stderr.write(f"Expected {EXPECTED_RUNS} finished runs.\n")
        return 1
    return 0


sys.exit(main(Path(sys.argv[1]).resolve()))
