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

BUSY_SECONDS = 30
CHECKPOINT_PAGES = 1_000

Purpose = Literal["read", "write", "import"]


def open_engine(database: Path, purpose: Purpose, *, read_only: bool = False) -> Engine:
    """Return an engine whose connections may be used by any thread, one at a time each."""

    def connect() -> sqlite3.Connection:
        # A folder that can't be written has no place for the write-ahead log's shared memory.
        mode = "?mode=ro&immutable=1" if read_only else "?mode=rw"
        raw = sqlite3.connect(
            f"{database.absolute().as_uri()}{mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        for pragma in _pragmas(purpose, read_only):
            raw.execute(f"PRAGMA {pragma}")
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


def create_database(database: Path) -> None:
    """Create an empty database, 0600 whatever the umask, with a write-ahead log."""
    descriptor = os.open(database, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)
    raw = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        raw.execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


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
    return [*shared, "synchronous = NORMAL", f"wal_autocheckpoint = {checkpoint}"]
