"""A notebook run from top to bottom by a program, as nbconvert and papermill do it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def execute(folder: Path, monkeypatch: pytest.MonkeyPatch, *cells: str) -> Any:
    monkeypatch.setenv("LIGHTFLOW_TRACKING_URI", str(folder))
    monkeypatch.setenv("LIGHTFLOW_STATE_DIR", str(folder / "state"))
    monkeypatch.setenv("LIGHTFLOW_STRICT", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}})
    return client.execute()


def test_a_whole_notebook_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = execute(
        tmp_path,
        monkeypatch,
        "import lightflow_jlab as lf",
        "%%track first -q lr=0.5\nlf.log({'loss': lr})\nprint('trained')",
        "list(lf.runs()['metrics.loss'])",
    )
    assert [cell.execution_count for cell in done.cells] == [1, 2, 3]
    assert [output["text"] for output in done.cells[1].outputs] == ["trained\n"]
    assert done.cells[2].outputs[0]["data"]["text/plain"] == "[0.5]"


def test_a_line_that_cannot_be_read_stops_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CellExecutionError, match="two names are given, 'a' and 'b'"):
        execute(tmp_path, monkeypatch, "import lightflow_jlab as lf", "%%track a b\n1")
