"""Outside of JupyterLab: what is known there is recorded, the rest is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.notebook.conftest import RecordedRun, open_notebook, recorded_runs

ROOT = str(Path(__file__).resolve().parents[2])
TERMINAL = """
from IPython.terminal.interactiveshell import TerminalInteractiveShell
shell = TerminalInteractiveShell.instance()
for cell in ("%load_ext lightflow_jlab", "n = 2", "%%track typed rate=0.5\\nscore = n * rate"):
    assert shell.run_cell(cell, store_history=True).success, cell
"""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in ("JPY_SESSION_NAME", "JPY_PARENT_PID", "IPYNB_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("LIGHTFLOW_TRACKING_URI", str(tmp_path)),
        ("LIGHTFLOW_STRICT", "1"),
        ("PYTHONPATH", ROOT),
        ("IPYTHONDIR", str(tmp_path / "ipython")),
    ):
        monkeypatch.setenv(name, value)
    return dict(os.environ)


def only_run(folder: Path) -> RecordedRun:
    (run,) = recorded_runs(folder / ".lightflow" / "spool")
    return run


def place_of(run: RecordedRun) -> tuple[str, str, str]:
    return (run.start.source_type, run.start.source_name, run.start.cell_id)


def test_a_terminal_has_no_notebook_and_no_cell_but_a_slice(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TERMINAL], env=environment, cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    run = only_run(tmp_path)
    assert place_of(run) == ("NOTEBOOK", "", "")
    assert (run.status, run.params, run.metrics) == ("FINISHED", {"rate": 0.5}, {"score": [1.0]})
    sliced = json.loads(run.documents["slice"])["cells"]
    assert [one["source"].splitlines()[-1] for one in sliced] == ["n = 2", "score = n * rate"]


def test_a_program_that_runs_a_notebook_tells_no_path_of_it(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    cells = ["%load_ext lightflow_jlab", "n = 2", "%%track\nscore = n * 2"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=60, resources=resources).execute()
    run = only_run(tmp_path)
    assert place_of(run) == ("NOTEBOOK", "", "")
    assert run.documents["verdict"] == "Clean: it stood on 1 other cell."
    # The card that stays tells the verdict.
    assert "Clean: it stood on" in notebook.cells[2].outputs[0]["data"]["text/plain"]


def test_papermill_gives_its_parameters_in_a_cell_that_the_run_stands_on(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    cells = ["%load_ext lightflow_jlab", "n = 2", "%%track\nscore = n * 2"]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(one) for one in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
    )
    notebook.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", "-p", "n", "5"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    run = only_run(tmp_path)
    assert place_of(run) == ("NOTEBOOK", "", "")
    assert (run.status, run.metrics) == ("FINISHED", {"score": [10.0]})
    assert run.documents["verdict"] == "Clean: it stood on 1 other cell."
    assert json.loads(run.documents["slice"])["cells"][0]["source"] == "# Parameters\nn = 5\n"


def test_vs_code_tells_the_notebook_by_a_variable(tmp_path: Path) -> None:
    opened = open_notebook(tmp_path)
    try:
        opened.run("%env JPY_SESSION_NAME=")
        opened.run(f"__vsc_ipynb_file__ = {str(tmp_path / 'deep' / 'study.ipynb')!r}")
        opened.run("%load_ext lightflow_jlab")
        opened.run("%%track\n1", cell_id="vscode-notebook-cell:W0sZmlsZQ")
        assert place_of(opened.last_run()) == (
            "NOTEBOOK",
            "deep/study.ipynb",
            "vscode-notebook-cell:W0sZmlsZQ",
        )
    finally:
        opened.close()
