"""The first bytes of a database file, read without harm to the locks on it.

POSIX drops all locks that a process has on a file when the process closes any descriptor of it.
Another process then takes the database for unused and removes the write-ahead log under the feet of
this one: https://www.sqlite.org/howtocorrupt.html (section 2.2). So what is opened here stays open
as long as the file has a name.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import NamedTuple

HEAD_BYTES = 100

_lock = threading.Lock()
_opened: dict[tuple[int, int], int] = {}


class Head(NamedTuple):
    content: bytes
    """At most `HEAD_BYTES`."""
    file_bytes: int


def read_head(database: Path) -> Head:
    """Raises OSError where there is no such file."""
    if not hasattr(os, "pread"):
        with database.open("rb") as file:
            return Head(file.read(HEAD_BYTES), file.seek(0, os.SEEK_END))
    with _lock:
        descriptor = _descriptor(database)
        return Head(os.pread(descriptor, HEAD_BYTES, 0), os.fstat(descriptor).st_size)


def _descriptor(database: Path) -> int:
    found = database.stat()
    known = _opened.get((found.st_dev, found.st_ino))
    if known is not None:
        return known
    for key, descriptor in list(_opened.items()):
        if not os.fstat(descriptor).st_nlink:
            os.close(_opened.pop(key))
    descriptor = os.open(database, os.O_RDONLY | os.O_CLOEXEC)
    found = os.fstat(descriptor)
    # Another file may have taken the name meanwhile, one that is open already.
    return _opened.setdefault((found.st_dev, found.st_ino), descriptor)
