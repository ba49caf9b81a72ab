"""Logs that come over the network: appended to files of the server's own naming, never twice.

A sender says where its bytes belong; they are taken when that is where ours end, when they are
whole frames, and when the log is none that a process of this machine writes. What is answered is on
the disk. Who goes on with a log knows its writer's id, which is random and shown nowhere.
"""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

from filelock import FileLock

from lightflow_jlab.config.locations import (
    fallback_spool_folder,
    make_private_folder,
    received_folder,
    spool_folder,
)
from lightflow_jlab.contract.logs import LogState, SegmentState
from lightflow_jlab.errors import ConflictError, InvalidValueError, SpoolError, StoreError
from lightflow_jlab.importer.strangers import check_records
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.reader import SegmentReader, SpoolFile, list_segments, scan_frames
from lightflow_jlab.store.store import Store

MAX_BODY_BYTES = fmt.MAX_PAYLOAD_BYTES + 1024 * 1024
MAX_SEGMENT_BYTES = 2 * MAX_BODY_BYTES
SPARE_BYTES = 256 * 1024 * 1024
"""What is left free on the disk, for the store itself."""
_LOCK_SECONDS = 20.0


def is_received(store: Path, writer_id: str) -> bool:
    """Tell whether a writer's log comes over the network; still so when it is imported."""
    return _mark(store, writer_id).exists()


class ReceivedLogs:
    """The sent logs of a store. May be called from any thread; several servers may share a store.

    Raises
    ------
    ConflictError
        The log is written on this machine; or the bytes belong elsewhere.
    InvalidValueError
        The bytes are not whole frames of this log.
    StoreError
        The disk is full.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = received_folder(store.folder)
        self._lock = threading.Lock()
        self._sizes: dict[Path, int] = {}

    def state(self, writer_id: str) -> LogState:
        """Return how much of a log is here."""
        self._check_sent(writer_id)
        imported = self._store.spool_offsets(writer_id)
        segments = [
            SegmentState(segment, offset, offset, True)
            for segment, (offset, finished) in imported.items()
            if finished
        ]
        for file in self._files(writer_id):
            offset, finished = imported.get(file.segment, (0, False))
            if not finished:
                size = self._size(file.path)
                segments.append(SegmentState(file.segment, size, min(offset, size), False))
        return LogState(writer_id, sorted(segments, key=lambda one: one.segment))

    def append(self, writer_id: str, segment: int, offset: int, body: bytes) -> LogState:
        """Put bytes behind the first `offset` of a segment; return how much of the log is here."""
        self._check_sent(writer_id)
        _check_body(writer_id, segment, offset, body)
        if len(body) > shutil.disk_usage(self._store.folder).free - SPARE_BYTES:
            raise StoreError("The server's disk has no room for this log.")
        make_private_folder(self._folder)
        path = self._folder / fmt.segment_name(writer_id, segment)
        lock = FileLock(self._folder / "append.lock", _LOCK_SECONDS, 0o600, thread_local=False)
        with self._lock, lock:
            self._check_place(writer_id, segment, offset, path)
            _mark(self._store.folder, writer_id).touch(0o600)
            self._write(path, offset, body)
        return self.state(writer_id)

    def _check_sent(self, writer_id: str) -> None:
        store = self._store.folder
        if is_received(store, writer_id):
            return
        local = (spool_folder(store), fallback_spool_folder(store))
        here = any(list(folder.glob(f"{writer_id}-*")) for folder in local)
        if here or self._store.spool_offsets(writer_id):
            raise ConflictError(
                "This log is written on the server's own machine; it can't be sent to it."
            )

    def _check_place(self, writer_id: str, segment: int, offset: int, path: Path) -> None:
        imported = self._store.spool_offsets(writer_id)
        if imported.get(segment, (0, False))[1]:
            raise ConflictError(f"Segment {segment} of this log has ended; nothing is added to it.")
        files = self._files(writer_id)
        latest = max([*imported, *(file.segment for file in files)], default=segment)
        if segment < latest:
            raise ConflictError(f"This log has gone on to segment {latest} already.")
        size = self._size(path)
        if offset != size:
            raise ConflictError(f"Segment {segment} has {size} bytes; these begin at {offset}.")

    def _files(self, writer_id: str) -> list[SpoolFile]:
        return [file for file in list_segments(self._folder) if file.writer_id == writer_id]

    def _size(self, path: Path) -> int:
        """Return up to where a file holds whole frames. Asked of the file itself once only."""
        try:
            length = path.stat().st_size
        except FileNotFoundError:
            return 0
        if self._sizes.get(path) != length:
            try:
                reader = SegmentReader(path)
                self._sizes[path] = reader.end_of_records(reader.start)
            except SpoolError:
                return 0
        return self._sizes[path]

    def _write(self, path: Path, offset: int, body: bytes) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | (0 if offset else os.O_CREAT), 0o600)
        except FileNotFoundError:
            raise ConflictError("The segment has just been put away. Ask how far it is.") from None
        try:
            # What a server that was killed has left behind the last whole frame goes.
            os.ftruncate(descriptor, offset)
            os.lseek(descriptor, offset, os.SEEK_SET)
            view = memoryview(body)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._sizes[path] = offset + len(body)


def _check_body(writer_id: str, segment: int, offset: int, body: bytes) -> None:
    if offset + len(body) > MAX_SEGMENT_BYTES:
        raise InvalidValueError(f"A segment has at most {MAX_SEGMENT_BYTES:,} bytes.")
    frames = body
    if offset == 0:
        try:
            header = fmt.unpack_header(body)
        except SpoolError as error:
            raise InvalidValueError(str(error)) from None
        if header.writer_id != writer_id or header.segment != segment:
            raise InvalidValueError("The bytes are another log's: their header says so.")
        if header.header_bytes != fmt.HEADER_BYTES:
            raise InvalidValueError("The header has a length that this version doesn't know.")
        frames = body[fmt.HEADER_BYTES :]
    scan = scan_frames(frames, final=False)
    if scan.end != len(frames) or not body:
        raise InvalidValueError(
            f"The bytes are not whole records: what follows byte {offset + scan.end} is damaged, "
            "cut, or stands behind the segment's end."
        )
    check_records(scan.records)


def _mark(store: Path, writer_id: str) -> Path:
    return received_folder(store) / f"{writer_id}.sent"
