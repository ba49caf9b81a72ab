"""What a kernel executed is in the store from its first run on, however the kernel ends."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, ClassVar

import pytest

from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.notebook import ledger_log
from lightflow_jlab.notebook.ledger import Ledger
from lightflow_jlab.notebook.ledger_log import LedgerLog
from lightflow_jlab.store.executions import ExecutedCell, executed_for
from tests.notebook.conftest import TIME_LIMIT_SECONDS, open_notebook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.notebook.conftest import Notebook

LOAD = "%load_ext lightflow_jlab"
TRACKED = "%%track\nc = a + 1"


def executed(notebook: Notebook) -> list[ExecutedCell]:
    """Return the ledger of the kernel that recorded the last run."""
    store = catch_up(notebook.store)
    try:
        return store.ask(executed_for, notebook.last_run().start.run_id)
    finally:
        store.close()


def written(folder: Path) -> list[tuple[str, str]]:
    """Return cells and sources of all ledgers of a store."""
    catch_up(folder / ".lightflow").close()
    with closing(sqlite3.connect(folder / ".lightflow" / "lightflow.db")) as raw:
        return raw.execute(
            "SELECT cell_id, content IS NOT NULL FROM executions LEFT JOIN cell_sources "
            "USING (digest) ORDER BY number"
        ).fetchall()


def test_what_a_killed_kernel_executed_is_in_the_store(notebook: Notebook) -> None:
    notebook.run("a = 1", cell_id="one")
    notebook.run("1 / 0", cell_id="wrong")
    began = time.time() * 1000
    notebook.run(TRACKED, cell_id="tracked")
    notebook.run("a = 1", cell_id="one")
    notebook.judged_run()
    notebook.manager.signal_kernel(9)
    found = executed(notebook)
    assert [(one.cell_id, one.source, one.succeeded) for one in found] == [
        ("cell-1", LOAD, True),
        ("one", "a = 1", True),
        ("wrong", "1 / 0", False),
        ("tracked", TRACKED, True),
        ("one", "a = 1", True),
    ]
    assert {one.source_name for one in found} == {"study/first.ipynb"}
    assert [one.execution_count for one in found] == [1, 2, 3, 4, 5]
    assert found[0].time < began < found[-1].time < time.time() * 1000


def test_a_kernel_that_dies_within_its_first_run_has_written_what_it_stood_on(
    notebook: Notebook,
) -> None:
    notebook.run("a = 1", cell_id="one")
    notebook.send("%%track\nimport time\ntime.sleep(600)", cell_id="tracked")
    deadline = time.monotonic() + TIME_LIMIT_SECONDS
    while not (notebook.store / "spool").is_dir() or not notebook.runs() or not executed(notebook):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    notebook.manager.signal_kernel(9)
    assert [one.source for one in executed(notebook)] == [LOAD, "a = 1"]


def test_secrets_are_not_written_and_odd_names_are(notebook: Notebook) -> None:
    notebook.run("api_key = 'sk-1234567890'", cell_id="one")
    notebook.run("__vsc_ipynb_file__ = 'b\\udcff.ipynb'")
    notebook.run("%%track\nc = 2")
    notebook.judged_run()
    found = executed(notebook)
    assert found[1].source == "api_key = '***'"
    assert found[1].source_name == "b?.ipynb"


def test_nothing_is_written_of_a_kernel_without_runs_unless_it_is_asked_for(
    notebook: Notebook,
) -> None:
    notebook.run("a = 1")
    assert "begins with its first run" in notebook.run("%ledger").stdout
    assert not (notebook.store / "spool").exists()
    notebook.run("%ledger on", cell_id="on")
    notebook.run("a = 2", cell_id="two")
    shown = notebook.run("%ledger", cell_id="show").contents("execute_result")[0]["data"]
    assert "a = 2" in shown["text/plain"] and "text/html" in shown
    notebook.run("%ledger off")
    notebook.run("a = 3")
    notebook.run("%%track\na = 4")
    assert [cell_id for cell_id, _ in written(notebook.folder)] == [
        *("cell-1", "cell-1", "cell-1", "on", "two", "show")
    ]


def test_the_ledger_of_a_run_is_shown_in_another_kernel(notebook: Notebook) -> None:
    notebook.run("a = 1", cell_id="one")
    notebook.run(TRACKED, cell_id="tracked")
    run_id = notebook.judged_run().start.run_id
    other = open_notebook(notebook.folder)
    try:
        other.run(f"{LOAD}\nimport lightflow_jlab as lf\nfound = lf.ledger({run_id!r})")
        told = other.run("print(*found.cell_id, *found.columns, found.time.dtype.tz)").stdout
        refused = other.run("%ledger nonsense")
    finally:
        other.close()
    assert told.split() == [
        *("cell-1", "one", "tracked"),
        *("notebook", "cell_id", "execution_count", "time", "succeeded", "source", "UTC"),
    ]
    assert "nonsense" in refused.traceback


@pytest.mark.parametrize(("setting", "cells"), [("1", ["load", "one"]), ("0", [])])
def test_the_setting_begins_it_at_once_or_never(
    setting: str, cells: list[str], tmp_path: Path
) -> None:
    notebook = open_notebook(tmp_path, LIGHTFLOW_LEDGER=setting)
    try:
        notebook.run(LOAD, cell_id="load")
        notebook.run("a = 1" if cells else "%%track\nc = 2", cell_id="one")
    finally:
        notebook.close()
    assert [cell_id for cell_id, _ in written(tmp_path)] == cells


def test_a_source_is_written_once_and_a_log_has_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_log, "MAX_LOGGED_CHARACTERS", 5_000)
    ledger = Ledger()
    log = LedgerLog(Shell(), ledger)
    log.begin(tmp_path / ".lightflow")
    for number in range(40):
        log.add(ledger.add("x" * 1_000 + str(number // 10), "c", number, 1.0, True))
    for number in range(40, 60):
        log.add(ledger.add("y" * 1_000 + str(number), "c", number, 1.0, True))
    found = written(tmp_path)
    assert len(found) == 41
    assert all(has_source for _, has_source in found)


class Shell:
    """Enough of one: the notebook's path is looked up among its variables."""

    user_ns: ClassVar[dict[str, object]] = {}
