"""How a damaged database is known: by what SQLite says at work, and by looks at the file."""

from __future__ import annotations

import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from lightflow_jlab.errors import StoreDamagedError
from lightflow_jlab.store.database_head import HEAD_BYTES, read_head

_PRIMARY_CODE = 0xFF
_CODES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SHORT_READ = sqlite3.SQLITE_IOERR_SHORT_READ
_HEADER = struct.Struct(">16sH6xII")
"""Magic, page size; then the change counter and the number of pages."""
_COUNTER_OF_PAGES = struct.Struct(">I")
_COUNTER_OF_PAGES_AT = 92
_STEPS_PER_LOOK = 100_000


class FileIdentity(NamedTuple):
    """Tells a file from another one of the same name."""

    device: int
    number: int


def identity(database: Path) -> FileIdentity | None:
    """Return which file has the database's name now, None where there is none."""
    try:
        found = database.stat()
    except OSError:
        return None
    return FileIdentity(found.st_dev, found.st_ino)


def shows_damage(error: BaseException) -> bool:
    """Tell whether SQLite said that the file is no database, is malformed, or ends too early."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return False
    code = getattr(cause, "sqlite_errorcode", 0)
    # Python itself finds text that is no UTF-8, and gives no code.
    return (
        code & _PRIMARY_CODE in _CODES
        or code == _SHORT_READ
        or str(cause).startswith("Could not decode to UTF-8")
    )


@contextmanager
def telling_damage(database: Path) -> Iterator[None]:
    """Raise `StoreDamagedError` for the errors that show damage; others pass."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        if not shows_damage(error):
            raise
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise StoreDamagedError(f"The store's database {database} is damaged: {cause}.") from error


def check_size(database: Path) -> None:
    """Raise `StoreDamagedError` where a file is no database or has lost its end. Reads 100 bytes.

    While there is a write-ahead log, SQLite completes the file from there.
    """
    head, size = read_head(database)
    if len(head) < HEAD_BYTES or not head.startswith(b"SQLite format 3\0"):
        raise StoreDamagedError(f"The store's database {database} is damaged: its head is gone.")
    _, page_size, changes, pages = _HEADER.unpack_from(head)
    page_size = 65_536 if page_size == 1 else page_size
    known_for = _COUNTER_OF_PAGES.unpack_from(head, _COUNTER_OF_PAGES_AT)[0]
    log = database.with_name(database.name + "-wal")
    if known_for == changes and size < pages * page_size and not (log.exists() and _size(log)):
        raise StoreDamagedError(
            f"The store's database {database} is damaged: {size} bytes are left of "
            f"{pages * page_size}."
        )


def look_through(
    database: Path, seconds: float, is_stopped: Callable[[], bool] = lambda: False
) -> str:
    """Read the whole database; return what is wrong with it, '' if nothing was found in time.

    `is_stopped` is asked every few milliseconds, and ends it.
    """
    until = time.monotonic() + seconds
    with closing(
        sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    ) as raw:
        raw.set_progress_handler(lambda: time.monotonic() > until or is_stopped(), _STEPS_PER_LOOK)
        try:
            found = [str(row[0]) for row in raw.execute("PRAGMA quick_check(20)")]
        except sqlite3.Error as error:
            return str(error) if shows_damage(error) else ""
    # A page that nothing uses costs nothing but its space.
    wrong = [line for line in found if line != "ok" and "never used" not in line]
    return "; ".join(wrong[:3])


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
