"""The points of a batch, by run and metric, each metric's in order of arrival."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.reader import Batch, Record
from lightflow_jlab.store.chunks import Columns

_POINT = np.dtype(
    [("run", "<u4"), ("key", "<u4"), ("step", "<i8"), ("time", "<i8"), ("value", "<f8")]
)
_HEAD = fmt.POINTS_HEAD.size


class Gathered(NamedTuple):
    run: int
    key: int
    points: Columns


class _Part(NamedTuple):
    """Some points of one metric. `places` tells where each stood among the batch's rows."""

    places: NDArray[np.int64]
    points: Columns


_Parts = dict[tuple[int, int], list[_Part]]


def gather_points(batch: Batch, rows: list[Record]) -> Iterator[Gathered]:
    """Yield each metric once. `rows` are the batch's `POINTS` records; one that is none is left."""
    parts: _Parts = {}
    _gather_rows(rows, parts)
    _gather_single(batch.points, len(rows), parts)
    for (run, key), found in parts.items():
        points = found[0].points
        if len(found) > 1:
            points = Columns(
                *(np.concatenate(c) for c in zip(*(p.points for p in found), strict=True))
            )
            order = np.argsort(np.concatenate([part.places for part in found]), kind="stable")
            points = points.part(order)
        yield Gathered(run, key, points)


def _gather_single(bodies: bytearray, place: int, parts: _Parts) -> None:
    """Split single points by run and metric. They count as behind all rows of the batch."""
    points = np.frombuffer(bodies, _POINT)
    if not len(points):
        return
    pairs = np.frombuffer(bodies, "<u8").reshape(-1, _POINT.itemsize // 8)[:, 0]
    if (pairs == pairs[0]).all():
        groups = [points]
    else:
        order = np.argsort(pairs, kind="stable")
        ordered = points[order]
        groups = np.split(ordered, np.flatnonzero(np.diff(pairs[order])) + 1)
    for some in groups:
        columns = Columns(*(np.ascontiguousarray(some[name]) for name in ("step", "value", "time")))
        parts.setdefault((int(some["run"][0]), int(some["key"][0])), []).append(
            _Part(np.full(len(some), place), columns)
        )


def _gather_rows(rows: list[Record], parts: _Parts) -> None:
    """Take rows of the same metrics together."""
    alike: dict[tuple[bytes, bytes], list[int]] = {}
    for place, row in enumerate(rows):
        payload = row.payload
        if len(payload) < _HEAD:
            continue
        count = int.from_bytes(payload[4:8], "little")
        if count and len(payload) == _HEAD + 12 * count:
            alike.setdefault((payload[:8], payload[_HEAD : _HEAD + 4 * count]), []).append(place)
    for (head, key_bytes), places in alike.items():
        run = int.from_bytes(head[:4], "little")
        keys = np.frombuffer(key_bytes, "<u4").tolist()
        table = np.frombuffer(b"".join(rows[place].payload for place in places), np.uint8)
        table = table.reshape(len(places), -1)
        steps = table[:, 8:16].copy().view("<i8")[:, 0]
        times = table[:, 16:24].copy().view("<i8")[:, 0]
        values = np.ascontiguousarray(table[:, _HEAD + 4 * len(keys) :]).view("<f8").T.copy()
        at = np.array(places)
        for key, column in zip(keys, values, strict=True):
            parts.setdefault((run, key), []).append(_Part(at, Columns(steps, column, times)))
