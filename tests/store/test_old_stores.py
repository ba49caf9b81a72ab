"""Stores of every revision there was are opened: migrated once, after a backup, and read alike."""

from __future__ import annotations

import hashlib
import math
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict

from lightflow_jlab.contract.scalars import decode_number
from lightflow_jlab.errors import StoreError
from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.store import RunQuery, Store
from lightflow_jlab.store.executions import executed_for
from lightflow_jlab.store.schema import HEAD

from .old_stores.make import DELETED, FOLDER, LOGGED, OF_THE_FUTURE, RUN, SOURCE, VALUES

REVISIONS = sorted(archive.stem for archive in FOLDER.glob("*.zip"))
TREE = str(Path(__file__).resolve().parents[2])
_OPEN = "import sys; from lightflow_jlab.store import Store; from pathlib import Path; \
print(Store.open(Path(sys.argv[1])).store_id)"


def unpacked(revision: str, folder: Path) -> Path:
    with zipfile.ZipFile(FOLDER / f"{revision}.zip") as archive:
        archive.extractall(folder)
    return folder


def asked(database: Path, text: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as raw:
        return raw.execute(text).fetchall()


def test_there_is_a_store_of_each_revision() -> None:
    """A new revision needs its own: `python tests/store/old_stores/make.py 0123`."""
    migrations = Path(TREE) / "lightflow_jlab" / "store" / "migrations" / "versions"
    assert sorted(file.name[1:5] for file in migrations.glob("m*.py")) == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_old_store_answers_as_ever_and_its_log_is_imported(revision: str, folder: Path) -> None:
    unpacked(revision, folder)
    store = catch_up(folder)

    assert store.store_id == "77" * 16
    assert [e.name for e in store.experiments()] == ["digits", "Default"]
    (digits, _) = store.experiments()
    assert digits.tags == {"team": "blue"}
    run = asdict(store.run(RUN))
    assert {name: run[name] for name in ("run_name", "status", "note", "attempt", "user_id")} == {
        "run_name": "run-1",
        "status": "FINISHED",
        "note": "kept **by hand**",
        "attempt": 1,
        "user_id": "ada",
    }
    assert {param.key: param.value for param in run["params"]} == {"lr": 0.1, "model": "net"}
    assert run["tags"]["reviewed"] == "yes"
    (loss,) = run["metrics"]
    assert (loss.count, loss.min, decode_number(loss.max)) == (4, 0.5, math.inf)
    for run_id in (RUN, LOGGED):
        assert repr(store.history(run_id, "loss").values.tolist()) == repr(VALUES)
    assert store.document(RUN, "source").text == SOURCE.decode()
    assert [artifact.path for artifact in store.artifacts(RUN)] == ["a.txt"]
    assert store.run(LOGGED).status == "FINISHED"
    assert [r.run_id for r in store.runs(RunQuery(view="deleted")).runs] == [DELETED]
    executed = [one.source for one in store.ask(executed_for, RUN)]
    assert executed == ([SOURCE.decode()] if revision >= "0006" else [])
    assert store.runs(RunQuery(filter="params.lr < 0.5 and tags.reviewed = 'yes'")).total == 1
    store.close()

    kept = asked(folder / "lightflow.db", "SELECT type, payload FROM unknown_records")
    assert kept == [(OF_THE_FUTURE, b"not known yet")]
    assert asked(folder / "lightflow.db", "SELECT * FROM alembic_version") == [(HEAD,)]
    backups = list(folder.glob("*.bak"))
    assert len(backups) == (revision != HEAD)
    for backup in backups:
        assert asked(backup, "SELECT * FROM alembic_version") == [(revision,)]
        assert asked(backup, "SELECT count(*) FROM runs") == [(2,)]
        assert backup.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("revision", "many"), [(None, 2), (REVISIONS[0], 4)], ids=["new", "old"])
def test_of_many_first_starts_one_makes_or_migrates_the_store(
    revision: str | None, many: int, folder: Path
) -> None:
    if revision:
        unpacked(revision, folder)
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, str(folder)],
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": TREE},
            text=True,
        )
        for _ in range(many)
    ]
    ids = {start.communicate(timeout=60)[0] for start in starts}
    assert [start.returncode for start in starts] == [0] * many
    assert len(ids) == 1
    assert len(list(folder.glob("*.bak"))) == (revision is not None)
    assert asked(folder / "lightflow.db", "SELECT count(*) FROM meta WHERE key = 'store_id'") == [
        (1,)
    ]


def test_a_migration_that_fails_leaves_the_old_store(folder: Path) -> None:
    database = unpacked("0001", folder) / "lightflow.db"
    # What the second revision makes is there already, so that it must fail in the middle.
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("CREATE TABLE run_models (x)")
    before = hashlib.sha256("\n".join(_dump(database)).encode()).hexdigest()

    for _ in range(2):
        with pytest.raises(StoreError, match=f"from format 0001 to {HEAD}: .*left as it was"):
            Store.open(folder)

    assert hashlib.sha256("\n".join(_dump(database)).encode()).hexdigest() == before
    assert list(folder.glob("*.bak")) == []
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("DROP TABLE run_models")
    Store.open(folder).close()


def _dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as raw:
        return list(raw.iterdump())


def test_an_old_store_that_can_not_be_written_is_read_from_a_copy(folder: Path) -> None:
    unpacked("0001", folder)
    before = (folder / "lightflow.db").read_bytes()
    store = Store.open(folder, read_only=True)
    assert store.run(RUN).run_name == "run-1"
    assert repr(store.history(RUN, "loss").values.tolist()) == repr(VALUES)
    store.close()
    assert (folder / "lightflow.db").read_bytes() == before
    assert not list(folder.glob("*.lock"))
