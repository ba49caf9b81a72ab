"""Where a writer's frames go: a mapped file where the disk space is really reserved, else `write`.

A store into a mapping is with the operating system at once, as a `write` is, but doesn't give up
the GIL. Where the blocks are not reserved (network, FUSE, copy-on-write), a full disk would turn
that store into SIGBUS; there frames are collected and written by `drain`: in the call that logs,
or in a helper thread while writes prove slow.

A writer puts frames into `mapping` or `pending` itself, under its lock, by operations that no
signal handler can break into. All else here is called by helper threads, `drain` by any.
"""

from __future__ import annotations

import errno
import mmap
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from lightflow_jlab.config.file_system import RESERVING, file_system
from lightflow_jlab.spool.format import HEADER_BYTES, whole_frames
from lightflow_jlab.spool.pace import Pace

_UNSUPPORTED = {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.ENODEV}
_COPY_BYTES = 1024 * 1024


class Segment:
    """An open spool file."""

    mapping: mmap.mmap | None = None
    pending: bytearray
    """Whole frames that are not in the file yet; always empty in a mapped segment."""
    length: int | None = None
    """Bytes that hold frames, set when nothing more will be put into it."""

    def __init__(self, path: Path, descriptor: int, capacity: int) -> None:
        self.path = path
        self.capacity = capacity
        self.pending = bytearray()
        self._descriptor = descriptor
        self._doubtful = False

    def take_back(self) -> bytes:
        """Return the frames that are not in the file and never will be; `length` is set."""
        return b""

    @property
    def slow(self) -> bool:
        """True while `drain` belongs to a helper thread."""
        return False

    def drain(self, seconds: float = -1) -> None:
        """Put pending frames into the file. Raises OSError; they stay pending then.

        Waits at most `seconds` for another thread that does the same.
        """

    def sync(self, end: int) -> None:
        """Return when the bytes before `end` are on the disk. Raises OSError.

        After a failure Linux takes what it could not write for written: the next `fsync` would
        succeed and mean nothing. So the bytes are written again first.
        """
        self.drain()
        if self._doubtful:
            self._write_again(end)
        try:
            os.fsync(self._descriptor)
        except OSError:
            self._doubtful = True
            raise
        self._doubtful = False

    def close(self) -> None:
        """Cut the file at `length` and close it; remove it if that is nothing. Raises OSError."""
        if not self.length:
            self.discard()
            return
        self.unmap()
        try:
            os.ftruncate(self._descriptor, self.length)
        finally:
            os.close(self._descriptor)

    def discard(self) -> None:
        """Close and remove a file that holds nothing."""
        self.unmap()
        os.close(self._descriptor)
        self.path.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Let go of a file that belongs to the process this one was forked from."""
        self.unmap()
        os.close(self._descriptor)

    def unmap(self) -> None:
        """Give the memory back, of a segment that has ended; a second call does nothing."""
        mapping, self.mapping = self.mapping, None
        if mapping is not None:
            mapping.close()

    def _write_again(self, end: int) -> None:
        for start in range(0, end, _COPY_BYTES):
            size = min(_COPY_BYTES, end - start)
            _write_at(self._descriptor, _read_at(self._descriptor, size, start), start)


class MappedSegment(Segment):
    """A file whose blocks are reserved, mapped as a whole."""

    def __init__(self, path: Path, descriptor: int, capacity: int) -> None:
        super().__init__(path, descriptor, capacity)
        self.mapping = mmap.mmap(descriptor, capacity)


class WrittenSegment(Segment):
    """A file that frames are written into."""

    def __init__(
        self,
        path: Path,
        descriptor: int,
        capacity: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(path, descriptor, capacity)
        self._written = 0
        self._draining = threading.Lock()
        self._clock = clock
        self._pace = Pace()

    @property
    def slow(self) -> bool:
        return self._pace.slow

    def take_back(self) -> bytes:
        with self._draining:
            frames = bytes(self.pending[self._header_bytes :])
            self.pending.clear()
            self.length = self._written
            return frames

    def drain(self, seconds: float = -1) -> None:
        if not self._draining.acquire(timeout=seconds):
            self._pace.note(seconds)
            return
        try:
            while self.pending:
                self._write_some()
        finally:
            self._draining.release()

    def _write_some(self) -> None:
        """Write what a call takes, and forget the whole frames among it.

        Broken off anywhere, it will write the same bytes to the same place.
        """
        first = self._header_bytes
        size = max(_COPY_BYTES, whole_frames(self.pending, first, len(self.pending), most=1))
        data = bytes(self.pending[:size])
        before = self._clock()
        taken = _write_at(self._descriptor, data, self._written)
        self._pace.note(self._clock() - before)
        while not (done := self._whole(data, taken)):
            taken += _write_at(self._descriptor, data[taken:], self._written + taken)
        # These two belong together: no call between them that an interrupt could end.
        del self.pending[:done]
        self._written += done

    def _whole(self, data: bytes, taken: int) -> int:
        if taken == len(self.pending):
            return taken
        return whole_frames(data, self._header_bytes, taken)

    @property
    def _header_bytes(self) -> int:
        """Bytes at the start of what is pending that are no frame."""
        return 0 if self._written else HEADER_BYTES


def open_segment(path: Path, capacity: int) -> Segment:
    """Create the file, mode 0600, and choose how it is written. Raises OSError."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_CLOEXEC", 0)
    flags |= getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        if file_system(path.parent) in RESERVING and _reserve(descriptor, capacity):
            return MappedSegment(path, descriptor, capacity)
        return WrittenSegment(path, descriptor, capacity)
    except BaseException:
        os.close(descriptor)
        path.unlink(missing_ok=True)
        raise


def _reserve(descriptor: int, capacity: int) -> bool:
    try:
        os.posix_fallocate(descriptor, 0, capacity)
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            return False
        raise
    return True


def _write_at(descriptor: int, data: bytes, position: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(descriptor, data, position)
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.write(descriptor, data)


def _read_at(descriptor: int, size: int, position: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, size, position)
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.read(descriptor, size)
