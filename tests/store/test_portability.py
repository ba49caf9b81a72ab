"""A store is one folder: zipped, moved and opened elsewhere, it holds the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.records import ArtifactRecord
from lightflow_jlab.store import RunQuery, Store

from .recorded import record, run_id


def test_a_store_that_was_zipped_and_moved_holds_the_same(store: Store, tmp_path: Path) -> None:
    record(store, 1, params={"lr": 0.1}, metrics={"loss": [2.0, 1.0]})
    folder = artifact_folder(store.folder, run_id(1))
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("kept")
    with store.ingest() as ingest:
        ingest.add_artifact(ArtifactRecord(run_id(1), "notes.txt", 4, "text/plain", 1))
    listed, history = store.runs(RunQuery()), store.history(run_id(1), "loss")
    artifacts = store.artifacts(run_id(1))
    store.close()
    archive = shutil.make_archive(str(tmp_path / "store"), "zip", store.folder)
    shutil.rmtree(store.folder)
    shutil.unpack_archive(archive, tmp_path / "elsewhere")

    moved = Store.open(tmp_path / "elsewhere")

    assert moved.runs(RunQuery()) == listed
    assert repr(moved.history(run_id(1), "loss")) == repr(history)
    assert moved.artifacts(run_id(1)) == artifacts
    assert (artifact_folder(moved.folder, run_id(1)) / "notes.txt").read_text() == "kept"
    moved.close()
