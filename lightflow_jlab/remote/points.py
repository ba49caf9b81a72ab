"""A batch's points one by one, for a server that takes them so."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Batch


class Point(NamedTuple):
    run: int
    key: int
    step: int
    time_ms: int
    value: float


def points_of(batch: Batch) -> Iterator[Point]:
    """Yield all points of a batch; rows that are none are left out."""
    for record in batch.records:
        if record.type == RecordType.POINTS and len(record.payload) >= fmt.POINTS_HEAD.size:
            run, count, step, time_ms = fmt.POINTS_HEAD.unpack_from(record.payload)
            if len(record.payload) == fmt.POINTS_HEAD.size + 12 * count:
                columns = struct.unpack_from(
                    f"<{count}I{count}d", record.payload, fmt.POINTS_HEAD.size
                )
                for key, value in zip(columns[:count], columns[count:], strict=True):
                    yield Point(run, key, step, time_ms, value)
    for body in fmt.POINT_BODY.iter_unpack(batch.points):
        yield Point(*body)
