"""On a network folder the database has no write-ahead log: machines share no memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lightflow_jlab.store import RunQuery, Store

from .recorded import record, run_id


def nfs(folder: Path) -> str:
    return "nfs4"


def ext4(folder: Path) -> str:
    return "ext4"


def journal_of(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "lightflow.db")) as raw:
        return str(raw.execute("PRAGMA journal_mode").fetchone()[0])


def test_there_is_no_write_ahead_log_while_two_read_and_write(folder: Path) -> None:
    one, two = (Store.open(folder, kind_of=nfs) for _ in range(2))
    record(one, 1, metrics={"loss": [2.0, 1.0]})
    two.delete_run(run_id(1))
    assert one.runs(RunQuery(view="deleted")).total == 1
    assert [file.name for file in folder.glob("*.db-*") if file.name.endswith(("wal", "shm"))] == []
    assert journal_of(folder) in ("delete", "truncate")
    one.close()
    two.close()


@pytest.mark.parametrize(
    ("first", "second", "journal"), [(ext4, nfs, "delete"), (nfs, ext4, "wal")]
)
def test_a_store_that_was_moved_gets_the_journal_of_its_new_disk(
    folder: Path, first: Callable[[Path], str], second: Callable[[Path], str], journal: str
) -> None:
    store = Store.open(folder, kind_of=first)
    record(store, 1)
    store.close()
    store = Store.open(folder, kind_of=second)
    assert store.run(run_id(1)).run_name == "run-1"
    store.close()
    assert journal_of(folder) == journal
