"""Long series that were drawn last, decoded: drawing them again or zooming in reads nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from lightflow_jlab.store.chunks import Columns

MAX_BYTES = 96 * 1024 * 1024
LEAST_POINTS = 20_000
"""Shorter series are read as quickly."""


class SeriesKey(NamedTuple):
    """Points are only ever appended, so that their number tells whether more came."""

    run_id: str
    key: str
    total: int


class RecentPoints:
    """Whole series in step order; the one that was asked for longest ago goes first."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[SeriesKey, Columns] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: SeriesKey) -> Columns | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: SeriesKey, points: Columns) -> None:
        """Keep a series, unless it is short or larger than all room there is."""
        size = _size(points)
        if key.total < LEAST_POINTS or size > self._max_bytes:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = points
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= _size(gone)


def _size(points: Columns) -> int:
    return sum(column.nbytes for column in points)
