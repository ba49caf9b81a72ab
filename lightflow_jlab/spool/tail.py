"""The end of the log, where records are appended: what happens under the writer's lock.

An interrupt or a signal handler that logs may come between any two calls of a method. So whatever
belongs together is done by assignments with no call between them, after a look whether a handler
has moved the end of the log.
"""

from __future__ import annotations

import itertools
import mmap
import struct
import sys
import threading
import time
from collections.abc import Callable
from zlib import crc32

import msgspec

from lightflow_jlab.contract.records import Process
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.held import Held
from lightflow_jlab.spool.segment import Segment

PENDING_BYTES = 16 * 1024 * 1024
"""How much waits in memory for a slow disk before calls slow down, and then are dropped."""
_ENDING_BYTES = fmt.frame_bytes(4)
"""Kept free for the record that tells the end of the segment."""
_NO_MAPPING = mmap.mmap(-1, 1)

_CRC_HEAD = struct.Struct("<II")
_pack_tail = fmt.POINT_TAIL.pack
_pack_head = _CRC_HEAD.pack
_POINT = int(RecordType.POINT)
_POINT_PAYLOAD = fmt.POINT_BODY.size
_POINT_FRAME = fmt.POINT_BYTES


class Tail:
    """Segments and the place in them. `lock` is held by whoever changes or compares several fields.

    Parameters
    ----------
    append
        Takes a point (type and payload) that `point` has no room for.
    """

    def __init__(self, append: Callable[[int, bytes], None]) -> None:
        self._append = append
        self.runs: dict[str, int] = {}
        self.keys: dict[str, int] = {}
        self._numbers = itertools.count()

    def begin(self, process: Process) -> None:
        """Start a log of its own, with no file yet; names keep their numbers."""
        self.writer_id = fmt.new_writer_id()
        self.lock = threading.RLock()
        self.segment: Segment | None = None
        self.prepared: Segment | None = None
        """Where the log goes on when there is no room left: a file of zeros."""
        self.retired: tuple[Segment, ...] = ()
        """Ended segments that are not synced and closed yet, oldest first."""
        self.held = Held()
        self.closed = False
        self.number = 0
        self.position = 0
        self.prepare_at = sys.maxsize
        """Byte from which on the next segment is wanted."""
        self._process = process
        self._mapping = _NO_MAPPING
        self._point_end = 0
        """Byte up to which `point` goes ahead by itself."""
        self._end = 0
        self._seq = 0
        self._first_seq = 0

    def point(self, run: int, key: int, step: int, time_ms: int, value: float) -> None:
        """Append one point. `run` and `key` are numbers that `offer_name` has given."""
        with self.lock:
            start = self.position
            end = start + _POINT_FRAME
            if end <= self._point_end:
                tail = _pack_tail(self._seq, _POINT, 0, run, key, step, time_ms, value)
                frame = _pack_head(_POINT_PAYLOAD, crc32(tail)) + tail
                if start == self.position:
                    self._mapping[start:end] = frame
                    self.position = end
                    self._seq += 1
                    return
        self._append(_POINT, fmt.POINT_BODY.pack(run, key, step, time_ms, value))

    def offer(self, record_type: int, payload: bytes) -> bool:
        """Append a record if it is its turn and there is room."""
        with self.lock:
            segment = self.segment
            crowded = segment is not None and len(segment.pending) > PENDING_BYTES
            if self.closed or len(self.held) or (crowded and record_type < RecordType.RUN_START):
                return False
            return self._put(record_type, payload)

    def offer_or_hold(self, record_type: int, payload: bytes) -> None:
        """Append a record, else let it wait in memory, else count it as dropped."""
        with self.lock:
            if not self.offer(record_type, payload):
                self.held.add(record_type, payload, full=self.closed)

    def offer_name(
        self, table: dict[str, int], record_type: RecordType, name: str, *, hold: bool
    ) -> bool:
        """Give a name its number, if it has none and the definition finds room, or may wait."""
        with self.lock:
            if name not in table:
                # A number whose definition was broken off is never used: none is given twice.
                number = next(self._numbers)
                payload = fmt.pack_definition(number, name)
                if hold:
                    self.offer_or_hold(record_type, payload)
                elif not self.offer(record_type, payload):
                    return False
                table[name] = number
            return True

    def put_held(self) -> bool:
        """Append what waits in memory; False if there is no room for all. Called under the lock."""
        while len(self.held):
            if not self._put(*self.held.first()):
                return False
            self.held.forget_first()
        return True

    def end(self) -> None:
        """Append the last record and take no more."""
        with self.lock:
            if self.segment is not None:
                self._end = self.segment.capacity
                self.offer(RecordType.CLOSE, b"\0")
            self.closed = True
            self.retire()

    def retire(self) -> None:
        """End the segment where it stands. Called under the lock."""
        segment = self.segment
        if segment is not None:
            if segment.length is None:
                segment.length = self.position
            self.retired += (segment,)
            self._first_seq += self._seq
            self.segment, self._mapping = None, _NO_MAPPING
            self.position = self._seq = self._point_end = self._end = 0
            self.prepare_at = sys.maxsize

    def wants_next(self) -> bool:
        """Tell, once a segment, that the next one should be opened."""
        with self.lock:
            if self.position < self.prepare_at:
                return False
            self.prepare_at = sys.maxsize
            if self._mapping is not _NO_MAPPING:
                self._point_end = self._end
            return True

    def least_bytes(self, payload_bytes: int) -> int:
        """Return the capacity that the next segment needs. Called under the lock."""
        if len(self.held):
            payload_bytes = max(payload_bytes, len(self.held.first()[1]))
        names = sum(fmt.frame_bytes(4 + 4 * len(name)) for name in (*self.runs, *self.keys))
        return names + fmt.frame_bytes(payload_bytes) + 4096

    def _put(self, record_type: int, payload: bytes) -> bool:
        size = fmt.frame_bytes(len(payload))
        while True:
            segment, start, seq = self.segment, self.position, self._seq
            end = start + size
            if segment is None or end > self._end:
                if not self._go_on(size):
                    return False
                continue
            frame = fmt.pack_frame(seq, record_type, payload)
            if seq == self._seq and segment is self.segment:
                if segment.mapping is None:
                    segment.pending += frame
                else:
                    segment.mapping[start:end] = frame
                self.position = end
                self._seq = seq + 1
                return True

    def _go_on(self, size: int) -> bool:
        """Go on in the prepared segment; False where there is none that is large enough.

        Where a signal handler has logged meanwhile, nothing is changed.
        """
        old, prepared, start, seq = self.segment, self.prepared, self.position, self._seq
        if prepared is None:
            return False
        number = self.number + 1
        ending = fmt.pack_frame(seq, RecordType.SEGMENT_END, struct.pack("<I", number))
        first_seq = self._first_seq + seq + (old is not None)
        preamble, count = self._preamble(number, first_seq)
        begun = len(preamble)
        end = prepared.capacity - _ENDING_BYTES
        if begun + size > end:
            return False
        prepare_at = max(begun, prepared.capacity // 4)
        if seq != self._seq or prepared is not self.prepared:
            return True
        if old is not None:
            old.length = start + _ENDING_BYTES
            if old.mapping is None:
                old.pending += ending
            else:
                old.mapping[start : start + _ENDING_BYTES] = ending
            self.retired += (old,)
        if prepared.mapping is None:
            prepared.pending += preamble
            self._mapping, self._point_end = _NO_MAPPING, 0
        else:
            prepared.mapping[0:begun] = preamble
            self._mapping, self._point_end = prepared.mapping, prepare_at
        self.segment, self.prepared = prepared, None
        self.number, self._first_seq = number, first_seq
        self.position, self._seq = begun, count
        self._end, self.prepare_at = end, prepare_at
        return True

    def _preamble(self, number: int, first_seq: int) -> tuple[bytes, int]:
        """Return what each segment begins with, and how many records that is."""
        records = [(RecordType.WRITER, msgspec.msgpack.encode(self._process))]
        for record_type, table in (
            (RecordType.DEFINE_RUN, self.runs),
            (RecordType.DEFINE_KEY, self.keys),
        ):
            records += [
                (record_type, fmt.pack_definition(index, name))
                for name, index in tuple(table.items())
            ]
        parts = [fmt.pack_header(self.writer_id, number, first_seq, time.time_ns())]
        parts += [fmt.pack_frame(seq, *record) for seq, record in enumerate(records)]
        return b"".join(parts), len(records)
