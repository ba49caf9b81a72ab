"""The writing end of the spool: what a `log_metric` call does before it returns, and no more.

`point` is the hot path: pack, checksum, one store into the mapping, under one lock. Files are
opened ahead, synced and closed by helper threads, so going on in the next segment is a handful of
assignments. Failures never leave this module as exceptions: the writer moves to its fallback
folder, holds records in memory, and at last counts what is lost.

An interrupt or a signal handler that logs may come between any two calls of a method. So whatever
belongs together is done by assignments with no call between them, after a look whether a handler
has moved the end of the log.
"""

from __future__ import annotations

import itertools
import mmap
import os
import struct
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from zlib import crc32

import msgspec

from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.contract.records import Heartbeat, Process
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.held import Held
from lightflow_jlab.spool.segment import Segment, open_segment
from lightflow_jlab.spool.supply import Supply
from lightflow_jlab.spool.worker import Worker

FIRST_SEGMENT_BYTES = 1024 * 1024
SEGMENT_BYTES = 16 * 1024 * 1024
SYNC_SECONDS = 1.0
RETRY_SECONDS = 2.0
HEARTBEAT_SECONDS = 10.0
PATIENCE_SECONDS = 0.8
"""How long a call, and the end of the process, waits for a helper thread stuck in a file system."""
PENDING_BYTES = 16 * 1024 * 1024
"""How much waits in memory for a slow disk before calls slow down, and then are dropped."""
RETIRED_MOST = 4
"""Ended segments that are kept open to be synced again after the disk refused."""
_ENDING_BYTES = fmt.frame_bytes(4)
"""Kept free for the record that tells the end of the segment."""
_NO_MAPPING = mmap.mmap(-1, 1)

_CRC_HEAD = struct.Struct("<II")
_pack_tail = fmt.POINT_TAIL.pack
_pack_head = _CRC_HEAD.pack
_POINT = int(RecordType.POINT)
_POINT_PAYLOAD = fmt.POINT_BODY.size
_POINT_FRAME = fmt.POINT_BYTES
_OF_ONE_SEGMENT = (
    RecordType.WRITER,
    RecordType.DEFINE_RUN,
    RecordType.DEFINE_KEY,
    RecordType.SEGMENT_END,
)


class SpoolWriter:
    """Appends records to files of its own. All methods may be called from any thread.

    Parameters
    ----------
    folders
        Spool folders in order of preference; the first that can be written is used.
    process
        Who writes, for those who judge liveness.
    """

    def __init__(
        self,
        folders: list[Path],
        process: Process,
        *,
        first_segment_bytes: int = FIRST_SEGMENT_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
        opener: Callable[[Path, int], Segment] = open_segment,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first_segment_bytes = first_segment_bytes
        self._segment_bytes = segment_bytes
        self._clock = clock
        self._folders = folders
        self._opener = opener
        self._runs: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._names = itertools.count()
        self._segment: Segment | None = None
        self._prepared: Segment | None = None
        self._begin(process)

    def _begin(self, process: Process) -> None:
        self.writer_id = fmt.new_writer_id()
        self._process = process
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._supply = Supply(self._folders, self._opener, self._clock)
        self._opening = Worker(self._look_after, SYNC_SECONDS)
        self._syncing = Worker(self._sync_all, SYNC_SECONDS)
        self._mapping = _NO_MAPPING
        self._position = 0
        self._point_end = 0
        self._end = 0
        self._prepare_at = sys.maxsize
        self._seq = 0
        self._number = 0
        self._first_seq = 0
        self._next_bytes = self._first_segment_bytes
        self._retired: tuple[Segment, ...] = ()
        self._synced = (0, 0)
        self._never_synced = False
        self._held = Held()
        self._dropped_told = 0
        self._retry_at = 0.0
        self._drain_asked = False
        self._closed = False
        self._open_runs = 0
        self._beat_at = self._clock() + HEARTBEAT_SECONDS

    # --- the hot path

    def point(self, run: int, key: int, step: int, time_ms: int, value: float) -> None:
        """Append one point. `run` and `key` come from `define_run` and `define_key`."""
        with self._lock:
            start = self._position
            end = start + _POINT_FRAME
            if end <= self._point_end:
                tail = _pack_tail(self._seq, _POINT, 0, run, key, step, time_ms, value)
                frame = _pack_head(_POINT_PAYLOAD, crc32(tail)) + tail
                if start == self._position:
                    self._mapping[start:end] = frame
                    self._position = end
                    self._seq += 1
                    return
        self._append(_POINT, fmt.POINT_BODY.pack(run, key, step, time_ms, value))

    # --- everything else that is logged

    def points(
        self, run: int, step: int, time_ms: int, keys: list[int], values: list[float]
    ) -> None:
        """Append one value for each of several metrics, all at one step."""
        count = len(keys)
        payload = fmt.POINTS_HEAD.pack(run, count, step, time_ms) + struct.pack(
            f"<{count}I{count}d", *keys, *values
        )
        self._append(RecordType.POINTS, payload)

    def record(self, record_type: RecordType, payload: msgspec.Struct) -> None:
        """Append a struct of `contract.records`."""
        if record_type == RecordType.RUN_START:
            self._open_runs += 1
        elif record_type == RecordType.RUN_END:
            self._open_runs -= 1
        self._append(record_type, msgspec.msgpack.encode(payload))

    def define_run(self, run_id: str) -> int:
        """Return the number that stands for `run_id` in this writer's records."""
        return self._define(self._runs, RecordType.DEFINE_RUN, run_id)

    def define_key(self, key: str) -> int:
        """Return the number that stands for a metric key in this writer's records."""
        return self._define(self._keys, RecordType.DEFINE_KEY, key)

    # --- how it stands

    @property
    def dropped(self) -> int:
        """Points and records that could not be kept anywhere."""
        return self._held.dropped

    def position(self) -> tuple[int, int]:
        """Return segment and byte up to which this writer has written.

        Waits a moment for what a helper thread still has to write to a slow disk.
        """
        if (segment := self._segment) is not None and segment.pending:
            self._opening.ask_and_wait(self._look_after, PATIENCE_SECONDS)
        with self._lock:
            return self._number, self._position

    def sync(self) -> None:
        """Return when all that was logged is on the disk.

        Raises
        ------
        OSError
            The disk refuses; or records were dropped, or wait in memory for a disk to take them.
        """
        if self._pid != os.getpid() or (not self._number and not len(self._held)):
            return
        if len(self._held):
            self._opening.ask(partial(self._prepare, 0)).wait()
        ticket = self._syncing.ask(self._sync_all)
        ticket.wait()
        if ticket.error is not None:
            raise ticket.error
        waiting, dropped = len(self._held), self.dropped - self._dropped_told
        self._dropped_told += dropped
        if waiting or dropped or self._never_synced:
            raise SpoolError(
                f"Not all that was logged is on the disk: {waiting:,} records wait in memory and "
                f"{dropped:,} were dropped since the last flush, because no folder could be "
                "written. Free some space, or set LIGHTFLOW_TRACKING_URI to another folder."
            )

    def close(self) -> None:
        """End the writer in order, within two seconds whatever the disk does.

        What is logged afterwards is counted as dropped.
        """
        if self._closed or self._pid != os.getpid():
            return
        if len(self._held):
            self._opening.ask_and_wait(partial(self._prepare, 0), PATIENCE_SECONDS)
        with self._lock:
            if self._segment is not None:
                self._end = self._segment.capacity
                self._offer(RecordType.CLOSE, b"\0")
            self._closed = True
            self._retire()
        if len(self._held):
            warn_once("spool-lost", f"{len(self._held):,} records could not be written anywhere.")
            self._held.drop_all()
        if self._number or self._prepared is not None:
            self._opening.ask_and_wait(self._discard_prepared, PATIENCE_SECONDS)
            self._syncing.ask_and_wait(self._sync_all, PATIENCE_SECONDS)
        self._opening.stop()
        self._syncing.stop()

    def after_fork(self, process: Process) -> None:
        """Make this a new writer in a forked child; the files stay the parent's."""
        for segment in (self._segment, self._prepared, *self._retired):
            if segment is not None:
                segment.abandon()
        self._segment = self._prepared = None
        self._begin(process)

    # --- appending, in the thread that logs

    def _append(self, record_type: int, payload: bytes) -> None:
        if not self._offer(record_type, payload):
            self._make_room(len(payload))
            with self._lock:
                if not self._offer(record_type, payload):
                    self._hold(record_type, payload)
        self._after_append()

    def _define(self, table: dict[str, int], record_type: RecordType, name: str) -> int:
        known = table.get(name)
        if known is not None:
            return known
        # A number whose definition was broken off is never used: none is given twice.
        number = next(self._names)
        payload = fmt.pack_definition(number, name)
        if not self._offer_name(table, record_type, name, number):
            self._make_room(len(payload))
            with self._lock:
                if not self._offer_name(table, record_type, name, number):
                    self._hold(record_type, payload)
                    table[name] = number
        self._after_append()
        return table[name]

    def _offer_name(
        self, table: dict[str, int], record_type: RecordType, name: str, number: int
    ) -> bool:
        with self._lock:
            if name not in table:
                if not self._offer(record_type, fmt.pack_definition(number, name)):
                    return False
                table[name] = number
            return True

    def _offer(self, record_type: int, payload: bytes) -> bool:
        """Append a record if it is its turn and there is room."""
        with self._lock:
            segment = self._segment
            crowded = segment is not None and len(segment.pending) > PENDING_BYTES
            if self._closed or len(self._held) or (crowded and record_type < RecordType.RUN_START):
                return False
            return self._put(record_type, payload)

    def _put(self, record_type: int, payload: bytes) -> bool:
        """Append a record if there is room. Called under the lock."""
        size = fmt.frame_bytes(len(payload))
        while True:
            segment, start, seq = self._segment, self._position, self._seq
            end = start + size
            if segment is None or end > self._end:
                if not self._go_on(size):
                    return False
                continue
            frame = fmt.pack_frame(seq, record_type, payload)
            if seq == self._seq and segment is self._segment:
                if segment.mapping is None:
                    segment.pending += frame
                else:
                    segment.mapping[start:end] = frame
                self._position = end
                self._seq = seq + 1
                return True

    def _go_on(self, size: int) -> bool:
        """Go on in the prepared segment; False where there is none that is large enough.

        Called under the lock. Where a signal handler has logged meanwhile, nothing is changed.
        """
        old, prepared, start, seq = self._segment, self._prepared, self._position, self._seq
        if prepared is None:
            return False
        number = self._number + 1
        ending = fmt.pack_frame(seq, RecordType.SEGMENT_END, struct.pack("<I", number))
        first_seq = self._first_seq + seq + (old is not None)
        preamble, count = self._preamble(number, first_seq)
        begun = len(preamble)
        end = prepared.capacity - _ENDING_BYTES
        if begun + size > end:
            return False
        prepare_at = max(begun, prepared.capacity // 4)
        if seq != self._seq or prepared is not self._prepared:
            return True
        if old is not None:
            old.length = start + _ENDING_BYTES
            if old.mapping is None:
                old.pending += ending
            else:
                old.mapping[start : start + _ENDING_BYTES] = ending
            self._retired += (old,)
        if prepared.mapping is None:
            prepared.pending += preamble
            self._mapping, self._point_end = _NO_MAPPING, 0
        else:
            prepared.mapping[0:begun] = preamble
            self._mapping, self._point_end = prepared.mapping, prepare_at
        self._segment, self._prepared = prepared, None
        self._number, self._first_seq = number, first_seq
        self._position, self._seq = begun, count
        self._end, self._prepare_at = end, prepare_at
        return True

    def _preamble(self, number: int, first_seq: int) -> tuple[bytes, int]:
        """Return what each segment begins with, and how many records that is."""
        records = [(RecordType.WRITER, msgspec.msgpack.encode(self._process))]
        for record_type, table in (
            (RecordType.DEFINE_RUN, self._runs),
            (RecordType.DEFINE_KEY, self._keys),
        ):
            records += [
                (record_type, fmt.pack_definition(index, name))
                for name, index in tuple(table.items())
            ]
        parts = [fmt.pack_header(self.writer_id, number, first_seq, time.time_ns())]
        parts += [fmt.pack_frame(seq, *record) for seq, record in enumerate(records)]
        return b"".join(parts), len(records)

    def _make_room(self, payload_bytes: int) -> None:
        """Wait a moment for a helper thread to open a file or to write to it."""
        if not self._closed and self._clock() >= self._retry_at:
            self._opening.ask_and_wait(partial(self._prepare, payload_bytes), PATIENCE_SECONDS)

    def _hold(self, record_type: int, payload: bytes) -> None:
        self._held.add(record_type, payload, full=self._closed)

    def _after_append(self) -> None:
        """Write where nothing is mapped, and have the next segment opened ahead."""
        segment = self._segment
        if segment is None:
            return
        if segment.mapping is None and segment.pending:
            self._drain(segment)
        with self._lock:
            if self._position < self._prepare_at:
                return
            self._prepare_at = sys.maxsize
            if self._mapping is not _NO_MAPPING:
                self._point_end = self._end
        self._opening.ask(partial(self._prepare, 0))

    def _drain(self, segment: Segment) -> None:
        # A segment counts as ended when the next one has begun: what it lacks is written first.
        if segment.slow or any(earlier.pending for earlier in self._retired):
            if not self._drain_asked:
                self._drain_asked = True
                self._opening.ask(self._drain_all)
            return
        try:
            segment.drain(PATIENCE_SECONDS)
        except OSError as error:
            self._opening.ask_and_wait(partial(self._leave, segment, error), PATIENCE_SECONDS)

    # --- in the thread that opens and writes

    def _look_after(self) -> None:
        if len(self._held) and self._clock() >= self._retry_at:
            self._prepare(0)
        self._drain_all()
        if self._open_runs > 0 and self._clock() >= self._beat_at:
            self._beat_at = self._clock() + HEARTBEAT_SECONDS
            beat = Heartbeat(time.time_ns() // 1_000_000, self.dropped)
            if self._offer(RecordType.HEARTBEAT, msgspec.msgpack.encode(beat)):
                self._drain_all()

    def _prepare(self, payload_bytes: int) -> None:
        """Have a segment to go on in, and put into it what waits in memory."""
        while self._open_next(payload_bytes):
            with self._lock:
                if self._put_held():
                    break
        self._drain_all(hopeful=False)
        # Synced later, maybe much later: a hung disk must not keep the memory.
        for ended in self._retired:
            ended.unmap()

    def _open_next(self, payload_bytes: int) -> bool:
        with self._lock:
            if self._closed:
                return False
            if len(self._held):
                payload_bytes = max(payload_bytes, len(self._held.first()[1]))
            names = sum(fmt.frame_bytes(4 + 4 * len(name)) for name in (*self._runs, *self._keys))
            least = names + fmt.frame_bytes(payload_bytes) + 4096
            too_small, prepared = None, self._prepared
            if prepared is not None and prepared.capacity < least:
                too_small, prepared = prepared, None
                self._prepared = None
            name = fmt.segment_name(self.writer_id, self._number + 1)
        if too_small is not None:
            too_small.discard()
        if prepared is None:
            prepared = self._supply.open(name, max(self._next_bytes, least), least)
            with self._lock:
                self._prepared = prepared
                self._retry_at = 0.0 if prepared else self._clock() + RETRY_SECONDS
                self._next_bytes = self._segment_bytes
        return prepared is not None

    def _put_held(self) -> bool:
        while len(self._held):
            if not self._put(*self._held.first()):
                return False
            self._held.forget_first()
        return True

    def _drain_all(self, *, hopeful: bool = True) -> None:
        """Write what is pending, the oldest first; where that fails, go on elsewhere if hopeful."""
        self._drain_asked = False
        with self._lock:
            segments = (*self._retired, *((self._segment,) if self._segment else ()))
        for segment in segments:
            try:
                segment.drain()
            except OSError as error:
                self._leave(segment, error, hopeful=hopeful)
                return

    def _leave(self, segment: Segment, error: OSError, *, hopeful: bool = True) -> None:
        """Give up a segment that can't be written: what it lacks goes into another one."""
        self._supply.avoid(segment.path.parent, error)
        with self._lock:
            unwritten = fmt.split_frames(segment.take_back())
            self._held.put_first([one for one in unwritten if one[0] not in _OF_ONE_SEGMENT])
            if segment is self._segment:
                self._retire()
        if hopeful:
            self._prepare(0)
        else:
            self._retry_at = self._clock() + RETRY_SECONDS

    def _retire(self) -> None:
        """End the segment where it stands. Called under the lock."""
        segment = self._segment
        if segment is not None:
            if segment.length is None:
                segment.length = self._position
            self._retired += (segment,)
            self._first_seq += self._seq
            self._segment, self._mapping = None, _NO_MAPPING
            self._position = self._seq = self._point_end = self._end = 0
            self._prepare_at = sys.maxsize

    def _discard_prepared(self) -> None:
        with self._lock:
            prepared, self._prepared = self._prepared, None
        if prepared is not None:
            prepared.discard()

    # --- in the thread that syncs and closes

    def _sync_all(self) -> None:
        with self._lock:
            retired, segment, end = self._retired, self._segment, self._position
            reached = (self._number, end)
        failure: OSError | None = None
        for ended in retired:
            try:
                ended.sync(ended.length or 0)
            except OSError as error:
                if ended.pending:
                    raise
                failure = error
                if len(retired) <= RETIRED_MOST and not self._closed:
                    continue
                self._never_synced = True
            with self._lock:
                self._retired = tuple(kept for kept in self._retired if kept is not ended)
            ended.close()
        if segment is not None and reached != self._synced:
            try:
                segment.sync(end)
                self._synced = reached
            except OSError as error:
                failure = error
                self._supply.avoid(segment.path.parent, error)
        if failure is not None:
            raise failure
