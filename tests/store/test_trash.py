"""The trash: sizes, emptying for good, and a kill in the middle of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.records import ArtifactRecord, DocumentRecord, Execution
from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.contract.stream import Changes
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import Store

from .recorded import WRITER, record, run_id

DAY = 86_400_000


def record_with_files(store: Store, number: int) -> Path:
    """Record a run with points, a document and an artifact of 1,000 bytes; return its folder."""
    record(store, number, metrics={"loss": [1.0, 2.0]})
    folder = artifact_folder(store.folder, run_id(number))
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"x" * 1_000)
    with store.ingest() as ingest:
        ingest.add_artifact(ArtifactRecord(run_id(number), "model.bin", 1_000, "", 1))
        ingest.put_document(DocumentRecord(run_id(number), "source", "text/plain", f"{number}"))
    return folder


def rows(store: Store, table: str) -> int:
    return int(store.ask(lambda c: c.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()))


def test_the_trash_tells_what_it_holds_and_how_large_it_is(store: Store) -> None:
    record_with_files(store, 1)
    record_with_files(store, 2)
    assert store.trash().runs == []
    store.delete_run(run_id(1))
    (run,) = store.trash().runs
    assert (run.run_id, run.artifact_bytes, run.kept) == (run_id(1), 1_000, False)
    assert run.point_bytes > 0
    assert store.trash().size_bytes == 1_000 + run.point_bytes
    store.restore_run(run_id(1))
    assert store.trash().runs == []


def test_emptying_takes_all_of_a_run_and_nothing_else(store: Store) -> None:
    gone, kept = record_with_files(store, 1), record_with_files(store, 2)
    store.delete_run(run_id(1))
    seq = store.seq()
    assert store.empty_trash().runs == []
    assert (gone.exists(), kept.exists()) == (False, True)
    with pytest.raises(NotFoundError):
        store.run(run_id(1))
    for table in ("runs", "metrics", "chunks", "artifacts", "documents", "run_documents"):
        assert rows(store, table) == 1, table
    changes = store.changes(seq)
    assert isinstance(changes, Changes) and changes.removed_run_ids == [run_id(1)]


def test_the_ledger_of_a_kernel_goes_with_the_last_of_its_runs(store: Store) -> None:
    record(store, 1)
    record(store, 2)
    with store.ingest() as ingest:
        for number, source in enumerate(("x = 1", "x = 2")):
            told = Execution(number, "a.ipynb", "c", digest_of(source), 1, 1, True, source)
            ingest.add_execution(told, WRITER if number else "another kernel")
    for number, left in ((1, 2), (2, 1)):
        store.delete_run(run_id(number))
        store.empty_trash()
        assert (rows(store, "executions"), rows(store, "cell_sources")) == (left, left)


def test_only_what_is_old_enough_goes(store: Store) -> None:
    record(store, 1)
    store.delete_run(run_id(1))
    assert store.trash(older_than=DAY).runs == []
    store.empty_trash(older_than=DAY)
    assert len(store.trash().runs) == 1


def test_a_run_that_still_logs_is_kept(store: Store) -> None:
    record(store, 1, end_time=None)
    store.delete_run(run_id(1))
    (left,) = store.empty_trash().runs
    assert (left.run_id, left.kept) == (run_id(1), True)
    assert store.trash().size_bytes == 0


def test_a_deleted_experiment_goes_with_its_runs(store: Store) -> None:
    record(store, 1, experiment="letters")
    letters = store.experiment_by_name("letters")
    assert letters is not None
    seq = store.seq()
    store.delete_experiment(letters.experiment_id)
    store.empty_trash()
    assert [one.name for one in store.experiments("all")] == ["Default"]
    changes = store.changes(seq)
    assert isinstance(changes, Changes)
    assert changes.removed_experiment_ids == [letters.experiment_id]
    assert store.create_experiment("letters").experiment_id != letters.experiment_id
    record(store, 2, experiment="digits")
    ids = [one.experiment_id for one in store.experiments("all")]
    assert len(set(ids) - {letters.experiment_id}) == 3


_KILLED = """
import os, signal, sys
from pathlib import Path
from lightflow_jlab.store import Store
store = Store.open(Path(sys.argv[1]))
store.empty_trash(remove=lambda folder: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_an_emptying_that_was_killed_is_finished_by_the_next(store: Store) -> None:
    folders = [record_with_files(store, number) for number in (1, 2)]
    for number in (1, 2):
        store.delete_run(run_id(number))
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(store.folder)], timeout=60, env={**os.environ}
    )
    assert done.returncode == -signal.SIGKILL
    assert store.trash().runs == []
    assert all(folder.is_dir() for folder in folders)
    store.empty_trash()
    assert not any(folder.exists() for folder in folders)


def test_a_link_in_place_of_a_runs_folder_leads_nowhere(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("stays")
    record(store, 1)
    folder = artifact_folder(store.folder, run_id(1))
    folder.parent.mkdir(parents=True)
    folder.symlink_to(outside)
    store.delete_run(run_id(1))
    store.empty_trash()
    assert (outside / "precious").read_text() == "stays"
