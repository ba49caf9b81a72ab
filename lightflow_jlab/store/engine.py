"""Connections to the store's SQLite database, and the transactions they run.

Reading uses deferred transactions (a snapshot); writing always `BEGIN IMMEDIATE`, so that waiting
happens at the start and never ends in a deadlock. Only the importer's connection checkpoints:
releases of SQLite before 3.51.3 can damage a database when several do it at once.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from lightflow_jlab.config.file_system import is_network
from lightflow_jlab.store.database_head import read_head

BUSY_SECONDS = 30
CHECKPOINT_PAGES = 1_000

Purpose = Literal["read", "write", "import"]
Journal = Literal["WAL", "TRUNCATE"]

_IS_WAL_AT = 18


def open_engine(database: Path, purpose: Purpose, *, read_only: bool = False) -> Engine:
    """Return an engine whose connections may be used by any thread, one at a time each."""

    def connect() -> sqlite3.Connection:
        mode = "?mode=rw"
        if read_only:
            # A folder that can't be written has no place for the write-ahead log's shared memory.
            mode = "?mode=ro&immutable=1" if has_wal(database) else "?mode=ro"
        raw = sqlite3.connect(
            f"{database.absolute().as_uri()}{mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        for pragma in _pragmas(purpose, read_only):
            raw.execute(f"PRAGMA {pragma}")
        if not read_only and has_wal(database):
            raw.execute("PRAGMA synchronous = NORMAL")
        return raw

    single = purpose == "import"
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=connect,
        poolclass=StaticPool if single else QueuePool,
        **({} if single else {"pool_size": 4, "max_overflow": 28}),
    )
    begin = "BEGIN" if purpose == "read" else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def create_database(database: Path, journal: Journal) -> None:
    """Create an empty database, 0600 whatever the umask."""
    descriptor = os.open(database, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)
    set_journal(database, journal)


def journal_on(kind: str) -> Journal:
    """Return how a database is kept whole on a file system, which `file_system` names.

    The write-ahead log needs memory that all who use it share: machines don't.
    """
    return "TRUNCATE" if is_network(kind) else "WAL"


def set_journal(database: Path, journal: Journal) -> None:
    """Let a database be kept whole in this way from now on, unless somebody uses it otherwise."""
    raw = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        raw.execute(f"PRAGMA journal_mode = {journal}")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
    finally:
        raw.close()


def has_wal(database: Path) -> bool:
    """Tell whether a database has a write-ahead log, as its head says."""
    return read_head(database).content[_IS_WAL_AT : _IS_WAL_AT + 1] == b"\2"


def _pragmas(purpose: Purpose, read_only: bool) -> list[str]:
    shared = [
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "foreign_keys = ON",
        "mmap_size = 0",
        "trusted_schema = OFF",
        "cache_size = -16000",
        # LIKE tells upper from lower case, as in MLflow; ILIKE lowers both sides.
        "case_sensitive_like = ON",
    ]
    if read_only:
        return shared
    checkpoint = CHECKPOINT_PAGES if purpose == "import" else 0
    return [*shared, f"wal_autocheckpoint = {checkpoint}"]
