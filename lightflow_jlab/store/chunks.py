"""Points of a metric as a compressed block of columns.

Steps and times are stored as differences, all three columns with the bytes of equal significance
together (the shuffle of the Blosc and HDF5 libraries), then zstd. Order of arrival is kept.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
import zstandard
from numpy.typing import NDArray

from lightflow_jlab.errors import StoreDamagedError, StoreError

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

_HEAD = struct.Struct("<BI")
_VERSION = 1
_LEVEL = 3


class Columns(NamedTuple):
    """Equally long columns: int64, float64, int64 (ms since the epoch)."""

    steps: Integers
    values: Floats
    times: Integers

    def part(self, which: slice | Integers) -> Columns:
        """Return some of the points: a slice, or the indices to take."""
        return Columns(self.steps[which], self.values[which], self.times[which])


def empty() -> Columns:
    none = np.empty(0, np.int64)
    return Columns(none, np.empty(0, np.float64), none)


def join(parts: list[Columns]) -> Columns:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return empty()
    return Columns(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def encode(columns: Columns) -> bytes:
    """Return at least one point as bytes."""
    body = b"".join(
        (
            _shuffled(_differences(columns.steps)),
            _shuffled(_differences(columns.times)),
            _shuffled(columns.values.astype("<f8", copy=False)),
        )
    )
    # SQLite has no checksums: this one shows a damaged page before its points are believed.
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(body)
    return _HEAD.pack(_VERSION, len(columns.steps)) + packed


def decode(data: bytes) -> Columns:
    """Invert `encode`. Raises `StoreDamagedError` for bytes that are damaged, `StoreError` for a
    format of the future.
    """
    try:
        version, count = _HEAD.unpack_from(data)
        if version != _VERSION:
            raise StoreError(f"A chunk of points has format {version}, not {_VERSION}.")
        body = zstandard.ZstdDecompressor().decompress(
            data[_HEAD.size :], max_output_size=count * 24
        )
        if len(body) != count * 24:
            raise StoreDamagedError("A chunk of points is shorter than it says.")
    except (struct.error, zstandard.ZstdError) as error:
        raise StoreDamagedError(f"A chunk of points can't be read: {error}.") from error
    size = count * 8
    steps, times = (
        np.cumsum(_unshuffled(body[start : start + size], count).view("<i8"), dtype=np.int64)
        for start in (0, size)
    )
    return Columns(steps, _unshuffled(body[2 * size :], count).view("<f8"), times)


def _differences(column: Integers) -> Integers:
    # Differences may wrap around in 64 bits; summing them wraps back.
    differences = column.astype("<i8")
    differences[1:] -= column[:-1]
    return differences


def _shuffled(column: Integers | Floats) -> bytes:
    return column.view(np.uint8).reshape(-1, 8).T.tobytes()


def _unshuffled(data: bytes, count: int) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8).reshape(8, count).T.copy().reshape(-1)
