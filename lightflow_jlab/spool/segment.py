"""Where a writer's frames go: a mapped file where the disk space is really reserved, else `write`.

A store into a mapping is with the operating system at once, as a `write` is, but doesn't give up
the GIL. Where the blocks are not reserved (network, FUSE, copy-on-write), a full disk would turn
that store into SIGBUS; there each frame is written with `os.write`.
"""

from __future__ import annotations

import errno
import mmap
import os
import sys
from pathlib import Path
from typing import Protocol

_MAPPABLE = {"ext2", "ext3", "ext4", "xfs", "tmpfs"}
_UNSUPPORTED = {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.ENODEV}


class Segment(Protocol):
    """An open spool file. Not thread-safe: its writer holds the lock."""

    path: Path
    capacity: int
    mapping: mmap.mmap | None

    def append(self, position: int, data: bytes) -> None:
        """Put `data` at `position`, whole, or raise OSError and leave nothing readable of it."""

    def sync(self) -> None:
        """Return when all that was appended is on the disk."""

    def close(self, position: int) -> None:
        """Cut the file at `position` and close it."""


class MappedSegment:
    def __init__(self, path: Path, descriptor: int, capacity: int) -> None:
        self.path = path
        self.capacity = capacity
        self._descriptor = descriptor
        self.mapping: mmap.mmap | None = mmap.mmap(descriptor, capacity)

    def append(self, position: int, data: bytes) -> None:
        assert self.mapping is not None
        self.mapping[position : position + len(data)] = data

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self, position: int) -> None:
        assert self.mapping is not None
        self.mapping.close()
        self.mapping = None
        try:
            os.ftruncate(self._descriptor, position)
        finally:
            os.close(self._descriptor)


class WrittenSegment:
    mapping: mmap.mmap | None = None

    def __init__(self, path: Path, descriptor: int, capacity: int) -> None:
        self.path = path
        self.capacity = capacity
        self._descriptor = descriptor

    def append(self, position: int, data: bytes) -> None:
        written = 0
        try:
            while written < len(data):
                os.lseek(self._descriptor, position + written, os.SEEK_SET)
                written += os.write(self._descriptor, data[written:])
        except OSError:
            os.ftruncate(self._descriptor, position)
            raise

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self, position: int) -> None:
        try:
            os.ftruncate(self._descriptor, position)
        finally:
            os.close(self._descriptor)


def open_segment(path: Path, capacity: int) -> Segment:
    """Create the file, mode 0600, and choose how it is written. Raises OSError."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_CLOEXEC", 0)
    flags |= getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        if file_system(path) in _MAPPABLE and _reserve(descriptor, capacity):
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


def file_system(path: Path) -> str:
    """Return the type of the file system that holds `path` (`ext4`, `nfs`, …), or ''."""
    if not sys.platform.startswith("linux"):
        return ""
    target = os.path.realpath(path.parent)
    best, kind = "", ""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
            for line in mounts:
                fields, _, rest = line.partition(" - ")
                point = fields.split(" ")[4].replace("\\040", " ")
                inside = target == point or target.startswith(point.rstrip("/") + "/")
                if inside and len(point) >= len(best):
                    best, kind = point, rest.split(" ", 1)[0]
    except (OSError, IndexError):
        return ""
    return kind
