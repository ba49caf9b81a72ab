"""Cells that are tracked without a `%%track` line have the record of those that have one."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest

from lightflow_jlab.notebook.without_line import trains

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook, RecordedRun

BODY = "lr = 0.1\nprint('trained')\nmodel.fit(lr)\nloss = lr / 2"
IN_CODE = [
    "import lightflow_jlab as lf\nwith lf.start_run():\n" + indent(BODY, "    "),
    f"@lf.track\ndef train(lr=0.1):\n{indent(BODY, '    ')}\n    return {{'loss': loss}}\ntrain()",
    "with lf.start_run():\n    lr = 0.1\n    for _ in lf.track(range(1)):\n"
    + indent(BODY.partition("\n")[2], "        "),
]
MARKED = {"lightflow": {"track": True}}
MODEL = "class Model:\n    def fit(self, lr): pass\nmodel = Model()"
PREPARE = "__import__('lightflow_jlab.notebook.front_end', fromlist=['prepare']).prepare("


def record(run: RecordedRun) -> dict[str, Any]:
    """Return what a run holds, less what is each run's own."""
    return {
        "status": run.status,
        "place": (run.start.source_type, run.start.source_name, run.start.cell_id),
        "params": run.params,
        "metrics": run.metrics,
        "automatic": run.automatic,
        "tags": run.tags.keys(),
        "documents": run.documents,
        "artifacts": run.artifacts,
    }


def test_each_way_to_track_a_cell_records_the_same(notebook: Notebook) -> None:
    notebook.run(MODEL, cell_id="cell-0")
    by_line = notebook.run(f"%%track\n{BODY}", cell_id="cell-1")
    by_mark = notebook.run(BODY, cell_id="cell-1", metadata=MARKED)
    notebook.run(f"{PREPARE}track_training=True)", silent=True, store_history=False)
    by_training = notebook.run(BODY, cell_id="cell-1")
    types = [one.types_beside_the_card for one in (by_line, by_mark, by_training)]
    assert types == [["status", "execute_input", "stream", "status"]] * 3
    for code in IN_CODE:
        assert notebook.run(code, cell_id="cell-1").status == "ok"
    found = [record(run) for run in notebook.judged_runs()]
    assert len(found) == 6
    for run in found:
        # What was run differs, and the cells it stands on: the runs of the cell before it.
        documents = run.pop("documents")
        # The bar of `lf.track(iterable)`, and its rate.
        documents.pop("stderr", None)
        assert documents.keys() == {"environment", "source", "stdout", "slice", "verdict"}
        assert documents["stdout"] == "trained\n"
        run["metrics"].pop("iterations_per_second", None)
        run["automatic"].discard("iterations_per_second")
    assert found == [found[0]] * 6
    assert (found[0]["params"], found[0]["metrics"]) == ({"lr": 0.1}, {"loss": [0.05]})


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
        ("def train():\n    model.fit(x)\ntrain()", True),
        ("def train():\n    model.fit(x)", False),
        ("@lf.track(run_name='a')\ndef train():\n    model.fit(x)\ntrain()", False),
        ("# model.fit(x)\nx = 1", False),
        ("model.fit(", False),
    ],
)
def test_cells_that_train_are_told_by_what_they_call(code: str, expected: bool) -> None:
    assert trains(code) is expected
