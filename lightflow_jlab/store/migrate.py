"""Bringing a store to this program's schema: under a lock, in a transaction, after a backup."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from filelock import FileLock
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from lightflow_jlab.config.file_system import file_system
from lightflow_jlab.config.locations import database_file
from lightflow_jlab.errors import StoreError, StoreTooNewError
from lightflow_jlab.store.damage import check_size, telling_damage
from lightflow_jlab.store.engine import (
    Journal,
    create_database,
    has_wal,
    journal_on,
    open_engine,
    set_journal,
)
from lightflow_jlab.store.schema import HEAD

KindOf = Callable[[Path], str]

LOCK_SECONDS = 60
MIGRATION_LOCK = "migration.lock"


def ensure_schema(folder: Path, kind_of: KindOf = file_system) -> None:
    """Create the database or migrate it, once, however many processes start at the same time.

    `kind_of` tells the file system of a folder: a database that came to or from a network gets the
    journal that is right there.

    Raises
    ------
    StoreTooNewError
        A newer program has written the store; nothing was touched.
    StoreDamagedError
        There is a database, but it can't be read.
    """
    database, journal = database_file(folder), journal_on(kind_of(folder))
    if revision_of(folder) == HEAD and has_wal(database) == (journal == "WAL"):
        return
    with FileLock(folder / MIGRATION_LOCK, timeout=LOCK_SECONDS, mode=0o600):
        revision = revision_of(folder)
        if revision is None:
            make_database(database, journal)
            return
        _check_known(revision, folder)
        if revision != HEAD:
            _migrate(folder, revision)
        if has_wal(database) != (journal == "WAL"):
            set_journal(database, journal)


def make_database(database: Path, journal: Journal = "WAL", *, first_seq: int = 1) -> None:
    """Make a new store's database. Its changes are numbered from `first_seq` on."""
    create_database(database, journal)
    engine = open_engine(database, "write")
    try:
        with engine.begin() as connection:
            _upgrade(connection)
            _fill(connection, first_seq)
    finally:
        engine.dispose()


def _migrate(folder: Path, revision: str) -> None:
    backup = _back_up(folder, revision)
    engine = open_engine(database_file(folder), "write")
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    except SQLAlchemyError as error:
        # The transaction was taken back: the database is what its copy is.
        backup.unlink(missing_ok=True)
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise StoreError(
            f"The store {folder} can't be brought from format {revision} to {HEAD}: {cause}. "
            "It was left as it was; the Lightflow that wrote it can open it."
        ) from error
    finally:
        engine.dispose()


def readable_database(folder: Path) -> Path:
    """Return the database of a folder that can't be written, in a form that can be read.

    That is a copy, removed at the end of this process, where there is a write-ahead log, which
    nobody can apply there, or where the format is older.

    Raises
    ------
    StoreError
        There is no store.
    """
    database = database_file(folder)
    log = database.with_name(database.name + "-wal")
    revision = revision_of(folder)
    if revision is not None:
        _check_known(revision, folder)
    has_log = log.exists() and log.stat().st_size > 0
    if revision == HEAD and not has_log:
        return database
    target = Path(tempfile.mkdtemp(prefix="lightflow-"))
    atexit.register(shutil.rmtree, target, ignore_errors=True)
    copy = target / database.name
    for file in (log, database):
        if file.exists():
            shutil.copyfile(file, target / file.name)
    if revision_of(target) is None:
        raise StoreError(f"{folder} holds no store, and none can be made there: it is read-only.")
    ensure_schema(target)
    set_journal(copy, "TRUNCATE")
    return copy


def revision_of(folder: Path) -> str | None:
    """Return the store's revision, None where there is no store yet. Nothing is written.

    Raises `StoreDamagedError` where the database can't be read.
    """
    database = database_file(folder)
    try:
        if database.stat().st_size == 0:
            return None
    except FileNotFoundError:
        return None
    writable = os.access(folder, os.W_OK)
    mode = "?mode=rw" if writable else "?mode=ro&immutable=1"
    try:
        check_size(database)
        with (
            telling_damage(database),
            closing(sqlite3.connect(database.absolute().as_uri() + mode, uri=True)) as raw,
        ):
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return None
        raise StoreError(f"The store {folder} can't be opened: {error}.") from error
    return str(row[0]) if row else None


def _check_known(revision: str, folder: Path) -> None:
    if revision > HEAD:
        raise StoreTooNewError(
            f"The store {folder} was written by a newer Lightflow (format {revision}; this one "
            f"knows up to {HEAD}). It was left untouched: upgrade Lightflow to open it."
        )


def _back_up(folder: Path, revision: str) -> Path:
    """Copy the database beside itself, 0600 whatever the umask."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    target = folder / f"lightflow.{revision}.{stamp}.db.bak"
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(database_file(folder))) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
    return target


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _fill(connection: Connection, first_seq: int) -> None:
    now = time.time_ns() // 1_000_000
    connection.execute(
        text("INSERT INTO meta (key, value) VALUES ('store_id', :id), ('first_seq', :seq)"),
        {"id": secrets.token_hex(16), "seq": str(first_seq)},
    )
    connection.execute(text("INSERT INTO counter (id, seq) VALUES (1, :seq)"), {"seq": first_seq})
    connection.execute(
        text(
            "INSERT INTO experiments (experiment_id, name, description, lifecycle_stage, "
            "creation_time, last_update_time, seq) "
            "VALUES (0, 'Default', '', 'active', :now, :now, :seq)"
        ),
        {"now": now, "seq": first_seq},
    )
