"""Cells that are tracked without a `%%track` line have the record of those that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lightflow_jlab.notebook.without_line import trains

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook, RecordedRun

BODY = "lr = 0.1\nprint('trained')\nmodel.fit(lr)\nloss = lr / 2"
MARKED = {"lightflow": {"track": True}}
MODEL = "class Model:\n    def fit(self, lr): pass\nmodel = Model()"
PREPARE = "__import__('lightflow_jlab.notebook.front_end', fromlist=['prepare']).prepare("


def record(run: RecordedRun) -> dict[str, Any]:
    """Return what a run holds, less what is each run's own."""
    documents = dict(run.documents)
    documents["source"] = documents["source"].removeprefix("%%track\n")
    documents.pop("slice")
    return {
        "status": run.status,
        "place": (run.start.source_type, run.start.source_name, run.start.cell_id),
        "params": run.params,
        "metrics": run.metrics,
        "automatic": run.automatic,
        "tags": run.tags.keys(),
        "documents": documents,
        "artifacts": run.artifacts,
    }


def test_each_way_to_track_a_cell_records_the_same(notebook: Notebook) -> None:
    notebook.run(MODEL, cell_id="cell-0")
    by_line = notebook.run(f"%%track\n{BODY}", cell_id="cell-1")
    by_mark = notebook.run(BODY, cell_id="cell-1", metadata=MARKED)
    notebook.run(f"{PREPARE}track_training=True)", silent=True, store_history=False)
    by_training = notebook.run(BODY, cell_id="cell-1")
    assert by_line.types == by_mark.types == by_training.types
    notebook.judged_run()
    first, second, third = (record(run) for run in notebook.runs())
    for run in (second, third):
        # Each run of the cell stands on those before it, which the verdict tells.
        assert run.pop("documents").keys() == first["documents"].keys()
    first.pop("documents")
    assert first == second == third
    assert first["metrics"] == {"loss": [0.05]}


def test_a_cell_that_is_not_marked_is_not_tracked(notebook: Notebook) -> None:
    notebook.run(MODEL)
    for metadata in ({}, {"lightflow": {"track": False}}, {"lightflow": True}, {"lightflow": None}):
        assert notebook.run(BODY, metadata=metadata).status == "ok"
    assert notebook.runs() == []


def test_what_a_marked_cell_runs_is_part_of_its_run(notebook: Notebook) -> None:
    notebook.run("get_ipython().run_cell('inner = 1')", metadata=MARKED)
    notebook.run("1", metadata=MARKED, silent=True, store_history=False)
    notebook.run("%%track named\n1", metadata=MARKED)
    assert [run.start.run_name for run in notebook.runs()][1:] == ["named"]


def test_a_kernel_that_is_prepared_knows_all_that_ran_before(notebook: Notebook) -> None:
    notebook.run("%unload_ext lightflow_jlab")
    notebook.run("rate = 2")
    notebook.run(f"{PREPARE}track_training=False)", silent=True, store_history=False)
    notebook.run("rate * 2", metadata=MARKED)
    assert notebook.judged_run().documents["verdict"].startswith("Clean: it stood on 1 other cell.")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("model.fit(x, y)", True),
        ("%matplotlib inline\nmodel.fit(x)", True),
        ("loss.backward()\noptimizer.step()", True),
        ("bst = xgb.train(params, data)", True),
        ("trainer.train()", True),
        ("lf.log_metric('loss', 1)", True),
        ("model.train()", False),
        ("env.step(action)", False),
        ("def fit(x): return x\nfit(1)", False),
        ("with lf.start_run():\n    model.fit(x)", False),
        ("# model.fit(x)\nx = 1", False),
        ("model.fit(", False),
    ],
)
def test_cells_that_train_are_told_by_what_they_call(code: str, expected: bool) -> None:
    assert trains(code) is expected
