"""The line under a cell that tells what changed since its last and its best attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.notebook.conftest import open_notebook

if TYPE_CHECKING:
    from tests.notebook.conftest import Executed, Notebook

BEGINNINGS = ("Clean", "Hidden", "Not known", "Since")
FIT = "%%track\nimport lightflow_jlab as lf\nrate = {}\nlf.log_metric('loss', rate * 2)"


def told(notebook: Notebook, done: Executed, *, count: int = 2) -> list[str]:
    """Return the sentences below the card or run, also those that come a moment later."""
    while True:
        data = done.contents("display_data") + done.contents("update_display_data")
        lines = data[-1]["data"]["text/plain"].splitlines() if data else []
        found = [
            line for line in lines if line.startswith(("Clean", "Hidden", "Not known", "Since"))
        ]
        if len(found) >= count:
            assert all(line.partition("; ")[0] in data[-1]["data"]["text/html"] for line in found)
            return found
        done.messages.append(notebook.client.get_iopub_msg(timeout=20))


def test_each_attempt_is_compared_with_the_last_and_the_best(notebook: Notebook) -> None:
    notebook.run("import lightflow_jlab as lf\nrate = 1", cell_id="a")
    first = notebook.run(FIT.format(0.5), cell_id="fit")
    assert told(notebook, first, count=1) == ["Clean: it stood on no other cell."]
    notebook.run(FIT.format(2), cell_id="fit")
    third = notebook.run(FIT.format(1.5), cell_id="fit")
    assert told(notebook, third)[1] == (
        "Since attempt 2: loss 4 → 3 (-1, better); rate 2 → 1.5; lines of the cell +1 −1. "
        "Since the best, attempt 1: loss 1 → 3 (+2, worse); and 2 more"
    )
    assert told(notebook, notebook.run(FIT.format(1.5), cell_id="fit"))[1].startswith(
        "Since attempt 3: nothing changed. Since the best, attempt 1: loss"
    )
    plain = "with lf.start_run():\n    score = {}\n"
    assert "display_data" not in notebook.run(plain.format(1), cell_id="plain").types
    again = told(notebook, notebook.run(plain.format(2), cell_id="plain"))
    assert again[1].startswith("Since attempt 1: score 1 → 2; lines of the cell")
    # Nothing heavy is loaded for it in the kernel.
    assert notebook.run("import sys; print('sqlalchemy' in sys.modules)").stdout == "False\n"

    # Another kernel has it from the store.
    notebook.run("lf.runs()")
    other = open_notebook(notebook.folder)
    try:
        other.run("%load_ext lightflow_jlab")
        line = told(other, other.run(FIT.format(3), cell_id="fit"))[1]
        assert line.startswith("Since attempt 4: loss 3 → 6 (+3, worse); rate 1.5 → 3; lines")
        assert "Since the best, attempt 1: loss 1 → 6" in line
        other.run("%env LIGHTFLOW_CHANGED=0")
        assert len(told(other, other.run(FIT.format(4), cell_id="fit"), count=1)) == 1
    finally:
        other.close()


def test_a_verdict_stands_on_the_card_with_the_cell_it_names(notebook: Notebook) -> None:
    notebook.run("n = 1", cell_id="a")
    notebook.run("n += 1", cell_id="b")
    notebook.run("n += 1", cell_id="b")
    done = notebook.run("%%track\nscore = n", cell_id="c")
    assert told(notebook, done, count=1) == [
        "Hidden state: it stood on 3 other cells. "
        "Cell [4] “n += 1” ran 2 times, each on what the last had left."
    ]


def test_whether_the_data_are_the_same_is_told(notebook: Notebook) -> None:
    fit = "%%track\nscore = float(x.sum())"
    notebook.run("import numpy as np\nx = np.arange(4.0)", cell_id="a")
    notebook.run(fit, cell_id="b")
    again = told(notebook, notebook.run(fit, cell_id="b"))
    assert again[1] == "Since attempt 1: nothing changed; same data"
    notebook.run("x[0] = 9", cell_id="c")
    assert "; data x " in told(notebook, notebook.run(fit, cell_id="b"))[1]
