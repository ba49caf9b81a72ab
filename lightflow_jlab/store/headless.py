"""A database whose first page is gone, made readable again in a copy.

The first 100 bytes say what an empty database says as well, but for the number of pages. The rest
of the page only points to the pages that hold the schema, and these are at the same places in any
database that was made by the same program.
"""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

HEAD_BYTES = 100
PAGE_BYTES = 4096
_COUNT = struct.Struct(">I")
_CHANGES_AT, _PAGES_AT, _FREE_AT, _FREE_COUNT_AT, _VALID_AT = 24, 28, 32, 36, 92


def give_head(database: Path, blank: Path, copy: Path, *, whole_page: bool) -> None:
    """Write to `copy` a database with the head, or the whole first page, of an empty one."""
    shutil.copyfile(database, copy)
    copy.chmod(0o600)
    log = database.with_name(database.name + "-wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    with blank.open("rb") as file:
        head = bytearray(file.read(PAGE_BYTES if whole_page else HEAD_BYTES))
    pages = copy.stat().st_size // PAGE_BYTES
    for place, number in (
        (_PAGES_AT, pages),
        (_FREE_AT, 0),
        (_FREE_COUNT_AT, 0),
        (_CHANGES_AT, 1),
        (_VALID_AT, 1),
    ):
        _COUNT.pack_into(head, place, number)
    with copy.open("r+b") as file:
        file.write(head)
