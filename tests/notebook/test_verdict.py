"""The verdict on a run: clean from top to bottom, or what it leaned on, in words."""

from __future__ import annotations

import json
import os
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.notebook import ledger as ledgers
from lightflow_jlab.notebook.ledger import Ledger
from lightflow_jlab.notebook.names import names_of
from lightflow_jlab.notebook.saved_notebook import SavedNotebook
from lightflow_jlab.notebook.verdict import Verdict, verdict_on

if TYPE_CHECKING:
    import pytest

    from tests.notebook.conftest import Notebook


def judged(cells: list[tuple[str, str]], saved: SavedNotebook | None = None) -> Verdict:
    """Judge the last of some executions, each a cell's id and its source."""
    ledger = Ledger()
    for count, (cell_id, source) in enumerate(cells, start=1):
        ledger.add(source, cell_id, count, float(count), "1/0" not in source)
    return verdict_on(list(ledger.executions), ledger.source, names_of, saved)


def test_a_run_of_cells_in_order_is_clean() -> None:
    cells = [("a", "x = 1"), ("b", "y = 2"), ("c", "x + 1")]
    saved = SavedNotebook(dict(cells), 10.0)
    verdict = judged(cells, saved)
    assert (verdict.state, verdict.notes) == ("clean", [])
    assert [cell.cell_id for cell in verdict.cells] == ["a", "c"]
    assert verdict.text == "Clean: it stood on 1 other cell."


def test_each_kind_of_hidden_state_is_named() -> None:
    cells = [("d", "x = 1"), ("b", "n = 0"), ("c", "n += x"), ("c", "n += x"), ("e", "n")]
    now = {"b": "n = 0", "a": "", "c": "n += x + 0", "d": "x = 1", "e": "n"}
    verdict = judged(cells, SavedNotebook(now, 10.0))
    assert verdict.state == "hidden state"
    assert verdict.notes == [
        "Cell [4] “n += x” ran 2 times, each on what the last had left.",
        "Cell [1] “x = 1” ran before Cell [2] “n = 0”, but stands below it.",
        "Cell [4] “n += x” was edited after it ran.",
    ]


def test_a_deleted_cell_and_a_failed_one_are_named() -> None:
    verdict = judged([("a", "x = 1\n1/0"), ("b", "x")], SavedNotebook({"b": "x"}, 10.0))
    assert verdict.notes == [
        "Cell [1] “x = 1” stopped at an error, half done.",
        "Cell [1] “x = 1” is no longer in the notebook.",
    ]


def test_cells_that_would_count_from_top_to_bottom_are_named() -> None:
    cells = [("late", "x = 2"), ("early", "x = 1"), ("own", "x")]
    now = {"early": "x = 1", "late": "x = 2", "new": "x += 1", "own": "x"}
    assert judged(cells, SavedNotebook(now, 10.0)).notes == [
        "Cell [1] “x = 2” ran before Cell [2] “x = 1”, but stands below it.",
        "Cell “x += 1” stands above it, but had not run.",
    ]


def test_a_cell_that_ran_again_otherwise_was_edited_saved_or_not() -> None:
    cells = [("a", "x = 1"), ("b", "y = x"), ("a", "x = 2"), ("c", "y")]
    for saved in (None, SavedNotebook({"a": "x = 1", "b": "y = x", "c": "y"}, 0.5)):
        assert judged(cells, saved).notes == ["Cell [1] “x = 1” was edited after it ran."]


def test_a_notebook_saved_before_a_cell_ran_says_nothing_of_it() -> None:
    verdict = judged([("a", "x = 1"), ("b", "x")], SavedNotebook({"b": "old"}, 0.5))
    assert (verdict.state, verdict.notes) == ("clean", [])


def test_what_cannot_be_known_is_said() -> None:
    verdict = judged([("a", "exec('x = 1')\ny = 1"), ("b", "x + y")])
    assert verdict.state == "not known"
    assert verdict.notes == [
        "What Cell [1] “exec('x = 1')” does can't be followed: it uses exec().",
        "No cell that was seen sets 'x'.",
    ]


def test_the_ledger_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    for number in range(12_000):
        ledger.add(f"x = {number % 7}", "a", number, 0.0, True)
    assert len(ledger.executions) == 10_000
    assert len({one.digest for one in ledger.executions}) == 7
    monkeypatch.setattr(ledgers, "MAX_SOURCE_CHARACTERS", 100)
    for number in range(50):
        ledger.add(f"{number:090d}", "b", number, 0.0, True)
    assert len(ledger.executions) == 1
    assert ledger.source(ledger.executions[0].digest).endswith("49")
    ledger.add("x" * 300_000, "c", 1, 0.0, True)
    assert "300,000 characters" in ledger.source(ledger.executions[-1].digest)


def test_noting_a_cell_takes_microseconds() -> None:
    ledger = Ledger()
    source = "x = 1\n" * 40
    began = time.thread_time()
    for number in range(10_000):
        ledger.add(f"{source}{number}", "a", number, 0.0, True)
    assert (time.thread_time() - began) / 10_000 < 100e-6


def test_ten_thousand_cells_are_remembered_in_five_megabytes() -> None:
    ledger = Ledger()
    tracemalloc.start()
    for number in range(10_000):
        edited = number // 4
        ledger.add(f"x = {edited}\n" * 20, f"cell-{edited % 300}", number, float(number), True)
    size_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size_bytes < 5_000_000


def test_a_kernel_tells_each_run_what_it_stood_on(notebook: Notebook) -> None:
    path = notebook.folder / "study" / "first.ipynb"
    path.parent.mkdir()
    cells = {"a": "rate = 0.5", "b": "text = 'unused'", "c": "%%track\nrate * 2"}
    for cell_id in ("a", "b", "c"):
        notebook.run(cells[cell_id], cell_id=cell_id)
    run = notebook.judged_run()
    assert run.documents["verdict"] == "Clean: it stood on 1 other cell."
    sliced = json.loads(run.documents["slice"])
    assert [cell["source"] for cell in sliced["cells"]] == ["rate = 0.5", "%%track\nrate * 2"]
    assert [cell["execution_count"] for cell in sliced["cells"]] == [2, 4]
    assert [cell["digest"] for cell in sliced["cells"]] == [
        digest_of(cell["source"]) for cell in sliced["cells"]
    ]

    cells["a"] = "rate = 0.75"
    content = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cells[name], id=name) for name in ("c", "a", "b")]
    )
    nbformat.write(content, path)
    os.utime(path, (time.time() + 5,) * 2)
    notebook.run(cells["c"], cell_id="c")
    assert notebook.judged_run().documents["verdict"].splitlines() == [
        "Hidden state: it stood on 1 other cell.",
        "Cell [2] “rate = 0.5” ran before Cell [5] “rate * 2”, but stands below it.",
        "Cell [2] “rate = 0.5” was edited after it ran.",
    ]


def test_a_cell_with_a_secret_has_no_digest_to_guess_it_by(notebook: Notebook) -> None:
    notebook.run("password = 'correct-horse'", cell_id="a")
    path = notebook.folder / "study" / "first.ipynb"
    path.parent.mkdir()
    kept = nbformat.v4.new_code_cell("password = 'correct-horse'", id="a")
    nbformat.write(nbformat.v4.new_notebook(cells=[kept]), path)
    notebook.run("%%track\nlen(password)", cell_id="b")
    run = notebook.judged_run()
    assert run.documents["verdict"] == "Clean: it stood on 1 other cell."
    secret, own = json.loads(run.documents["slice"])["cells"]
    assert (secret["source"], secret["digest"]) == ("password = '***'", "")
    assert own["digest"]


def test_cells_from_before_loading_and_values_of_the_line_are_known(notebook: Notebook) -> None:
    notebook.run("%unload_ext lightflow_jlab\nearly = 1")
    notebook.run("early += 1")
    notebook.run("%load_ext lightflow_jlab\nwith_load = 2")
    notebook.run("%%track lr=1\nearly + with_load + lr", cell_id="a")
    notebook.run("%%track\nlr * 2", cell_id="b")
    first, second = (run.documents for run in notebook.judged_runs())
    cells = json.loads(first["slice"])["cells"]
    assert [cell["source"].splitlines()[-1] for cell in cells] == [
        "early = 1",
        "early += 1",
        "with_load = 2",
        "early + with_load + lr",
    ]
    assert second["verdict"] == "Clean: it stood on 4 other cells."


def test_the_ledger_can_be_switched_off(notebook: Notebook) -> None:
    notebook.run("%env LIGHTFLOW_LEDGER=0")
    notebook.run("%reload_ext lightflow_jlab")
    notebook.run("%%track\n1")
    assert not {"verdict", "slice"} & notebook.judged_run().documents.keys()


def test_the_digest_of_a_source_is_the_one_that_the_panel_computes() -> None:
    golden = Path(__file__).parents[1] / "golden" / "digests" / "cell_sources.json"
    sources: dict[str, str] = json.loads(golden.read_text("utf-8"))
    assert {source: digest_of(source) for source in sources} == sources
