"""The part of a file that a `Range` header asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from tornado.web import HTTPError

_CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,19})-([0-9]{0,19})")


class ByteRange(NamedTuple):
    start: int
    end: int
    """The byte behind the last one."""


def byte_range(header: str | None, size_bytes: int) -> ByteRange | None:
    """Return the one range asked for; None for the whole file and for what isn't understood.

    Raises 416 where the range lies outside of the file.
    """
    asked = _RANGE.fullmatch(header.strip()) if header else None
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        start, end = max(size_bytes - int(last), 0), size_bytes
    else:
        start, end = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
    if start >= end:
        if first and last and int(last) < int(first):
            return None
        raise HTTPError(416, f"The file has {size_bytes} bytes.")
    return ByteRange(start, end)


def chunks_of(file: BinaryIO, part: ByteRange) -> Iterator[bytes]:
    """Yield a part of a file by and by; less of it where the file ends before."""
    file.seek(part.start)
    left = part.end - part.start
    while left > 0 and (data := file.read(min(_CHUNK_BYTES, left))):
        left -= len(data)
        yield data
