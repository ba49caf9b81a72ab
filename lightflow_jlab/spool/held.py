"""Records that wait in memory while no folder takes them: bounded by bytes, the rest is counted."""

from __future__ import annotations

import struct
from collections import deque

from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType

POINT_BYTES = 8 * 1024 * 1024
ALL_BYTES = 12 * 1024 * 1024
"""Beyond `POINT_BYTES` room is kept for what a run can't do without: its start, params and end."""
_POINTS = (RecordType.POINT, RecordType.POINTS)


class Held:
    """A queue. Its writer holds the lock."""

    def __init__(self) -> None:
        self.dropped = 0
        """Points and other records that found no room."""
        self._records: deque[tuple[int, bytes]] = deque()
        self._size = 0

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record_type: int, payload: bytes, *, full: bool = False) -> None:
        """Keep a record, or count it as dropped where there is no room or `full` says so."""
        size = fmt.frame_bytes(len(payload))
        bound = POINT_BYTES if record_type in _POINTS else ALL_BYTES
        if full or self._size + size > bound:
            self.dropped += weight(record_type, payload)
            return
        self._size += size
        self._records.append((record_type, payload))

    def put_first(self, records: list[tuple[int, bytes]]) -> None:
        """Put records before all others: they were logged earlier and are in no file after all."""
        self._size += sum(fmt.frame_bytes(len(payload)) for _, payload in records)
        self._records.extendleft(reversed(records))

    def first(self) -> tuple[int, bytes]:
        return self._records[0]

    def forget_first(self) -> None:
        _, payload = self._records.popleft()
        self._size -= fmt.frame_bytes(len(payload))

    def drop_all(self) -> None:
        """Count what is left as dropped."""
        for record_type, payload in self._records:
            self.dropped += weight(record_type, payload)
        self._records.clear()
        self._size = 0


def weight(record_type: int, payload: bytes) -> int:
    """Return how many points or records a record is, for the count of what was dropped."""
    if record_type == RecordType.POINTS:
        return int(struct.unpack_from("<I", payload, 4)[0])
    return 1
