"""Opening stores of every age: made once, migrated after a backup, refused when too new."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from pathlib import Path

import pytest

from lightflow_jlab.errors import StoreTooNewError
from lightflow_jlab.store import Store, model_schema
from lightflow_jlab.store.migrate import ensure_schema
from lightflow_jlab.store.quarantine import quarantined

from .recorded import record


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_tables_are_those_of_the_migrations(store: Store, folder: Path) -> None:
    raw = sqlite3.connect(folder / "lightflow.db")
    found = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    indexes = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    raw.close()
    tables = model_schema.metadata.tables
    assert set(tables) | {"alembic_version"} == found
    named = {index.name for table in tables.values() for index in table.indexes}
    assert named == {name for name in indexes if not name.startswith("sqlite_autoindex")}


def test_files_are_the_owners_alone_whatever_the_umask(store: Store, folder: Path) -> None:
    record(store)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_store_of_a_newer_program_is_refused_untouched(store: Store, folder: Path) -> None:
    record(store)
    store.close()
    raw = sqlite3.connect(folder / "lightflow.db", isolation_level=None)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = digests(folder)
    with pytest.raises(StoreTooNewError, match="newer Lightflow"):
        Store.open(folder)
    with pytest.raises(StoreTooNewError):
        Store.open(folder, read_only=True)
    assert digests(folder) == before


def test_a_file_that_is_no_database_is_moved_away_and_told(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    content = b"not a database at all" * 100
    (folder / "lightflow.db").write_bytes(content)
    Store.open(folder).close()
    (moved,) = quarantined(folder)
    assert moved.database.read_bytes() == content
    assert "head is gone" in moved.about.reason
    assert "moved to quarantine/" in str(moved)


def test_opening_again_changes_nothing(store: Store, folder: Path) -> None:
    record(store)
    store.close()
    before = digests(folder)
    ensure_schema(folder)
    assert digests(folder) == before
