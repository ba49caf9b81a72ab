"""The writing end of the spool: what a `log_metric` call does before it returns, and no more.

`point` is the hot path: pack, checksum, one store into the mapping, under one lock. Everything else
(new segments, failures, `fsync`) is off it. Failures never leave this module as exceptions: the
writer moves to its fallback folder, or counts what is lost and tries again later.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import msgspec

from lightflow_jlab.config.locations import make_private_folder
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.contract.records import Process
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.segment import Segment, open_segment

FIRST_SEGMENT_BYTES = 1024 * 1024
SEGMENT_BYTES = 16 * 1024 * 1024
SYNC_SECONDS = 1.0
RETRY_SECONDS = 5.0

_CRC_HEAD = struct.Struct("<II")
_pack_tail = fmt.POINT_TAIL.pack
_pack_head = _CRC_HEAD.pack
_POINT = int(RecordType.POINT)
_POINT_PAYLOAD = fmt.POINT_BODY.size
_POINT_FRAME = fmt.POINT_BYTES


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
        self.writer_id = fmt.new_writer_id()
        self.dropped = 0
        """Records that could not be kept anywhere."""
        self._folders = folders
        self._process = process
        self._segment_bytes = segment_bytes
        self._next_bytes = first_segment_bytes
        self._opener = opener
        self._clock = clock
        self._lock = threading.RLock()
        self._runs: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._pid = os.getpid()
        self._segment: Segment | None = None
        self._mapping: mmap.mmap | None = None
        self._number = 0
        self._position = 0
        self._limit = 0
        self._seq = 0
        self._first_seq = 0
        self._retry_at = 0.0
        self._closed = False
        self._dirty = False
        self._wake = threading.Event()
        self._syncer: threading.Thread | None = None

    # --- the hot path

    def point(self, run: int, key: int, step: int, time_ms: int, value: float) -> None:
        """Append one point. `run` and `key` come from `define_run` and `define_key`."""
        with self._lock:
            start = self._position
            end = start + _POINT_FRAME
            mapping = self._mapping
            if mapping is None or end > self._limit:
                self._append_point(run, key, step, time_ms, value)
                return
            tail = _pack_tail(self._seq, _POINT, 0, run, key, step, time_ms, value)
            mapping[start:end] = _pack_head(_POINT_PAYLOAD, crc32(tail)) + tail
            self._position = end
            self._seq += 1
            self._dirty = True

    def _append_point(self, run: int, key: int, step: int, time_ms: int, value: float) -> None:
        self._append(_POINT, fmt.POINT_BODY.pack(run, key, step, time_ms, value))

    # --- everything else

    def points(
        self, run: int, step: int, time_ms: int, keys: list[int], values: list[float]
    ) -> None:
        """Append one value for each of several metrics, all at one step."""
        count = len(keys)
        payload = fmt.POINTS_HEAD.pack(run, count, step, time_ms) + struct.pack(
            f"<{count}I{count}d", *keys, *values
        )
        with self._lock:
            self._append(RecordType.POINTS, payload)

    def record(self, record_type: RecordType, payload: msgspec.Struct) -> None:
        """Append a struct of `contract.records`."""
        with self._lock:
            self._append(record_type, msgspec.msgpack.encode(payload))

    def define_run(self, run_id: str) -> int:
        """Return the number that stands for `run_id` in this writer's records."""
        return self._define(self._runs, RecordType.DEFINE_RUN, run_id)

    def define_key(self, key: str) -> int:
        """Return the number that stands for a metric key in this writer's records."""
        return self._define(self._keys, RecordType.DEFINE_KEY, key)

    def _define(self, table: dict[str, int], record_type: RecordType, name: str) -> int:
        with self._lock:
            number = table.get(name)
            if number is None:
                number = len(table)
                self._append(record_type, _definition(number, name))
                table[name] = number
            return number

    @property
    def position(self) -> tuple[int, int]:
        """Segment and byte up to which this writer has written."""
        with self._lock:
            return self._number, self._position

    @property
    def lossy(self) -> bool:
        """True while nothing can be written anywhere."""
        return self._segment is None and self._retry_at > 0

    def sync(self) -> None:
        """Return when all records are on the disk. Raises OSError where the disk refuses."""
        with self._lock:
            segment = self._segment
            if segment is None or self._pid != os.getpid():
                return
            self._dirty = False
            try:
                segment.sync()
            except OSError:
                self._dirty = True
                raise

    def close(self) -> None:
        """End the writer in order; what is called afterwards is counted as dropped."""
        self._wake.set()
        with self._lock:
            if self._closed or self._pid != os.getpid():
                return
            if self._segment is not None:
                self._append(RecordType.CLOSE, b"\0")
            self._closed = True
            self._release()

    def after_fork(self, process: Process) -> None:
        """Make this a new writer in a forked child; the files stay the parent's."""
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._syncer = None
        self.writer_id = fmt.new_writer_id()
        self._process = process
        self._pid = os.getpid()
        self._segment = self._mapping = None
        self._number = self._position = self._limit = self._seq = self._first_seq = 0
        self._next_bytes = FIRST_SEGMENT_BYTES
        self.dropped = 0

    # --- under the lock

    def _append(self, record_type: int, payload: bytes) -> None:
        size = fmt.frame_bytes(len(payload))
        if self._closed or not self._make_room(size):
            self.dropped += 1
            return
        try:
            self._put(record_type, payload)
        except OSError as error:
            self._leave(error)
            if self._make_room(size):
                self._put(record_type, payload)
            else:
                self.dropped += 1

    def _put(self, record_type: int, payload: bytes) -> None:
        assert self._segment is not None
        frame = fmt.pack_frame(self._seq, record_type, payload)
        self._segment.append(self._position, frame)
        self._position += len(frame)
        self._seq += 1
        self._dirty = True

    def _make_room(self, size: int) -> bool:
        """Have a segment with `size` bytes left. False where no folder takes one."""
        if self._segment is not None and self._position + size <= self._limit:
            return True
        if self._segment is None and self._clock() < self._retry_at:
            return False
        needed = size + fmt.HEADER_BYTES + self._definition_bytes() + 4096
        return self._open(max(self._next_bytes, needed))

    def _open(self, capacity: int) -> bool:
        previous = self._segment
        number = self._number + 1
        for folder in self._folders:
            try:
                make_private_folder(folder)
                path = folder / fmt.segment_name(self.writer_id, number)
                segment = self._opener(path, capacity)
            except OSError as error:
                warn_once(f"spool:{folder}:{error.errno}", self._explain(folder, error))
                continue
            if previous is not None:
                self._end_segment(number)
            self._start(segment, number)
            return True
        if previous is not None:
            self._release()
        self._retry_at = self._clock() + RETRY_SECONDS
        return False

    def _end_segment(self, next_number: int) -> None:
        try:
            self._put(RecordType.SEGMENT_END, struct.pack("<I", next_number))
        except OSError:
            self._dirty = True
        self._release()

    def _start(self, segment: Segment, number: int) -> None:
        self._first_seq += self._seq
        self._number, self._seq = number, 0
        header = fmt.pack_header(self.writer_id, number, self._first_seq, time.time_ns())
        segment.append(0, header)
        self._segment, self._mapping = segment, segment.mapping
        self._position = len(header)
        # Room for the record that tells the end of the segment.
        self._limit = segment.capacity - fmt.frame_bytes(4)
        self._next_bytes = self._segment_bytes
        self._retry_at = 0.0
        self._put(RecordType.WRITER, msgspec.msgpack.encode(self._process))
        for run_id, run in self._runs.items():
            self._put(RecordType.DEFINE_RUN, _definition(run, run_id))
        for key, index in self._keys.items():
            self._put(RecordType.DEFINE_KEY, _definition(index, key))
        if self._syncer is None:
            self._syncer = threading.Thread(
                target=self._sync_regularly, name="lightflow-sync", daemon=True
            )
            self._syncer.start()

    def _leave(self, error: OSError) -> None:
        """Give up the segment that can't be written any more; the next record opens another."""
        assert self._segment is not None
        folder = self._segment.path.parent
        warn_once(f"spool:{folder}:{error.errno}", self._explain(folder, error))
        self._release()

    def _release(self) -> None:
        segment, self._segment, self._mapping = self._segment, None, None
        if segment is not None:
            try:
                segment.close(self._position)
            except OSError as error:
                warn_once(f"spool-close:{error.errno}", f"A log file could not be closed: {error}.")

    def _definition_bytes(self) -> int:
        return sum(fmt.frame_bytes(4 + len(name) * 4) for name in (*self._runs, *self._keys))

    def _explain(self, folder: Path, error: OSError) -> str:
        reason = f"{folder} can't be written ({error.strerror or error})"
        if folder != self._folders[-1]:
            return (
                f"{reason}. Your code goes on; its runs are kept in {self._folders[-1]} "
                "and join the store when it can be written again."
            )
        return (
            f"{reason}. Your code goes on, but what it logs now is lost until there is space. "
            "Free some, or set LIGHTFLOW_TRACKING_URI to another folder."
        )

    # --- the helper thread

    def _sync_regularly(self) -> None:
        while not self._wake.wait(SYNC_SECONDS):
            with self._lock:
                segment, dirty = self._segment, self._dirty
                self._dirty = False
            if segment is None or not dirty:
                continue
            try:
                segment.sync()
            except (OSError, ValueError) as error:
                self._dirty = True
                # A segment closed meanwhile has synced with its successor's start.
                if segment is self._segment:
                    warn_once("spool-sync", f"The log could not be put on the disk: {error}.")


def _definition(number: int, name: str) -> bytes:
    return struct.pack("<I", number) + name.encode()
