"""A run over several cells and notebooks: all its cells are listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lightflow_jlab as lf
from lightflow_jlab.store import Store
from tests.notebook.conftest import open_notebook

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook, RecordedRun


def parts(run: RecordedRun) -> list[tuple[str, str]]:
    return [(one["cell_id"], one["source"]) for one in json.loads(run.documents["cells"])]


def test_the_cells_of_a_resumed_run_are_listed_and_sliced_together(notebook: Notebook) -> None:
    load = "import lightflow_jlab as lf"
    notebook.run(f"{load}\na = 1\nb = 2", cell_id="load")
    first, second = "%%track long\nlf.log_metric('x', a)", "%%track --resume last\nc = b"
    notebook.run(first, cell_id="one")
    assert "cells" not in notebook.last_run().documents
    notebook.run("unrelated = 1", cell_id="two")
    notebook.run(second, cell_id="three")
    run = notebook.judged_run()
    assert parts(run) == [("one", first), ("three", second)]
    sliced = json.loads(run.documents["slice"])["cells"]
    assert [cell["cell_id"] for cell in sliced] == ["load", "one", "three"]

    # From another notebook, after the first kernel is gone.
    notebook.run("lf.runs()")
    other = open_notebook(notebook.folder)
    try:
        other.run(load)
        third = f"with lf.start_run(run_id={run.start.run_id!r}):\n    lf.log_metric('x', 3)"
        assert other.run(third, cell_id="elsewhere").status == "ok"
        other.run("lf.runs()")
        assert len(other.runs()) == 1
    finally:
        other.close()
    store = Store.open(notebook.store)
    listed = json.loads(store.document(run.start.run_id, "cells").text)
    store.close()
    assert [one["cell_id"] for one in listed] == ["one", "three", "elsewhere"]


def test_the_cells_of_a_run_that_stays_open_are_listed_until_it_ends(notebook: Notebook) -> None:
    notebook.run("import lightflow_jlab as lf\nrun = lf.start_run()", cell_id="begin")
    notebook.run("lf.log_metric('x', 1)", cell_id="middle")
    notebook.run("1 / 0", cell_id="wrong")
    notebook.run("lf.end_run()", cell_id="end")
    notebook.run("'after'", cell_id="after")
    run = notebook.judged_run()
    assert [name for name, _ in parts(run)] == ["begin", "middle", "wrong", "end"]
    succeeded = [one["succeeded"] for one in json.loads(run.documents["cells"])]
    assert succeeded == [True, True, False, True]
    assert (run.status, run.metrics) == ("FINISHED", {"x": [1.0]})
    sliced = json.loads(run.documents["slice"])["cells"]
    assert [cell["cell_id"] for cell in sliced] == ["begin", "middle", "wrong", "end"]
    assert run.documents["verdict"].splitlines()[1:] == [
        "Cell [4] “1 / 0” stopped at an error, half done."
    ]


def test_a_run_that_stayed_open_is_compared_when_it_ends_and_had_again(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook.run("import lightflow_jlab as lf\nrate = 0.5", cell_id="load")
    for rate in (0.5, 0.25):
        begun = notebook.run("lf.start_run(run_name='long');", cell_id="begin")
        assert "display_data" not in begun.types
        notebook.run(f"loss = rate * {rate}\nlf.log_metric('loss', loss)", cell_id="middle")
        ended = notebook.run("lf.end_run()", cell_id="end")
    told = ended.contents("display_data") or [
        message["content"]
        for message in notebook.later_messages(5)
        if message["msg_type"] == "display_data"
    ]
    assert told[0]["data"]["text/plain"].splitlines() == [
        "Clean: it stood on 2 other cells.",
        "Since attempt 1: loss 0.25 → 0.125 (-0.125, better)",
    ]

    root = str(Path(__file__).resolve().parents[2])
    for name, value in (("PYTHONPATH", root), ("IPYTHONDIR", str(notebook.folder / "ipython"))):
        monkeypatch.setenv(name, value)
    lf.set_tracking_uri(notebook.folder)
    again = lf.reproduce(notebook.judged_run().start.run_id)
    assert str(again) == "✔ long: reproduced, 1 of 1 metrics as they were."
