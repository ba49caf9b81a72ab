"""Runs that a cell starts itself have the record that `%%track` makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.notebook.conftest import Notebook

BODY = "lr = 0.1\nprint('trained')\nloss = lr / 2"
WITH = "import lightflow_jlab as lf\nwith lf.start_run(run_name='own'):\n" + "\n".join(
    f"    {line}" for line in BODY.splitlines()
)


def test_a_run_by_hand_is_recorded_as_a_tracked_cell_is(notebook: Notebook) -> None:
    assert notebook.run(f"%%track own\n{BODY}", cell_id="cell-7").status == "ok"
    assert notebook.run(WITH, cell_id="cell-8").status == "ok"
    notebook.judged_run()
    tracked, by_hand = notebook.runs()
    assert by_hand.params == tracked.params == {"lr": 0.1}
    assert by_hand.metrics == tracked.metrics == {"loss": [0.05]}
    assert by_hand.automatic == tracked.automatic
    assert by_hand.start.cell_id == "cell-8"
    assert by_hand.start.source_name == tracked.start.source_name == "study/first.ipynb"
    assert by_hand.documents.keys() == tracked.documents.keys()
    assert by_hand.documents["source"] == WITH
    assert by_hand.documents["stdout"] == "trained\n"
    assert by_hand.status == "FINISHED"


def test_a_decorated_function_is_recorded_with_its_cell(notebook: Notebook) -> None:
    notebook.run(
        "import lightflow_jlab as lf\n@lf.track\ndef train(lr):\n    print('in'); return lr"
    )
    notebook.run("train(0.5)", cell_id="cell-9")
    run = notebook.last_run()
    assert (run.params, run.metrics) == ({"lr": 0.5}, {"result": [0.5]})
    assert (run.start.cell_id, run.documents["source"]) == ("cell-9", "train(0.5)")
    assert run.documents["stdout"] == "in\n"


def test_runs_inside_of_a_tracked_cell_leave_the_output_to_it(notebook: Notebook) -> None:
    assert notebook.run(f"%%track outer\n{WITH}").status == "ok"
    outer, inner = notebook.runs()
    assert inner.start.parent_run_id == outer.start.run_id
    assert outer.documents["stdout"] == "trained\n"
    assert "stdout" not in inner.documents and "source" in inner.documents


def test_many_runs_of_one_cell_are_each_recorded(notebook: Notebook) -> None:
    notebook.run(
        "import lightflow_jlab as lf\nfor seed in range(3):\n"
        "    with lf.start_run():\n        print(seed); lf.log({'x': seed})"
    )
    assert [run.documents["stdout"] for run in notebook.runs()] == ["0\n", "1\n", "2\n"]


def test_a_run_left_open_goes_on_after_its_cell(notebook: Notebook) -> None:
    assert (
        notebook.run("import lightflow_jlab as lf\nlf.start_run()\nprint('first')").status == "ok"
    )
    assert notebook.run("lf.log({'x': 1})\nprint('second')").status == "ok"
    assert notebook.last_run().status == "RUNNING"
    notebook.run("lf.end_run()")
    run = notebook.last_run()
    assert (run.status, run.metrics) == ("FINISHED", {"x": [1.0]})
    assert run.documents["stdout"] == "first\n"


@pytest.mark.parametrize("end", ["1/0", "raise KeyboardInterrupt"])
def test_a_cell_that_fails_outside_of_its_run_leaves_the_run(notebook: Notebook, end: str) -> None:
    notebook.run(f"{WITH}\n{end}")
    assert notebook.last_run().status == "FINISHED"
    assert notebook.run(WITH).status == "ok"
    assert [run.documents["stdout"] for run in notebook.runs()] == ["trained\n"] * 2


def test_the_bar_is_seen_and_sets_the_step(notebook: Notebook) -> None:
    done = notebook.run(
        "%%track\nimport lightflow_jlab as lf\nfor i in lf.track(range(3), label='epoch'):\n"
        "    lf.log({'loss': i})"
    )
    assert "epoch " in done.stderr and "3/3" in done.stderr
    assert notebook.last_run().metrics["loss"] == [0.0, 1.0, 2.0]
    assert "epoch/iterations_per_second" in notebook.last_run().automatic
