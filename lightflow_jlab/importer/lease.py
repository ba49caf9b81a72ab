"""The right to import into a store: one process has it, and says who it is.

The lock goes with its process, however that ends; what stands beside it is for people to read.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from time import sleep

import msgspec
from filelock import FileLock, Timeout

from lightflow_jlab.config.private_files import create_private

LOCK_NAME = "importer.lock"
HOLDER_NAME = "importer.json"
PROBE_SECONDS = 0.001


class Holder(msgspec.Struct, frozen=True):
    """Who has imported last, or imports now."""

    pid: int
    host: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


class Lease:
    """Taken and given back; never waited for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / LOCK_NAME, mode=0o600, thread_local=False)

    def take(self) -> bool:
        """Take the lease, unless another thread or process has it."""
        if not _acquire(self._lock):
            # Or somebody asks just now whether it is held, which takes some microseconds.
            sleep(PROBE_SECONDS)
            if not _acquire(self._lock):
                return False
        _say_who(self._folder)
        return True

    def release(self) -> None:
        self._lock.release()


def is_held(folder: Path) -> bool:
    """Tell whether a process holds the lease of a store now. Any number may ask at once."""
    path = folder / LOCK_NAME
    if not path.exists():
        return False
    if sys.platform == "win32":
        lock = FileLock(path, mode=0o600, thread_local=False)
        taken = _acquire(lock)
        lock.release()
        return not taken
    import fcntl

    descriptor = os.open(path, os.O_RDONLY)
    try:
        # Shared among those who ask; it goes with the descriptor.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def last_holder(folder: Path) -> Holder | None:
    """Return who took the lease last, None where nobody has said so."""
    try:
        return msgspec.json.decode((folder / HOLDER_NAME).read_bytes(), type=Holder)
    except (OSError, msgspec.MsgspecError):
        return None


def _acquire(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


def _say_who(folder: Path) -> None:
    holder = Holder(os.getpid(), platform.node())
    if last_holder(folder) == holder:
        return
    draft = folder / f".{HOLDER_NAME}.{holder.pid}"
    with create_private(draft) as file:
        file.write(msgspec.json.encode(holder))
    draft.replace(folder / HOLDER_NAME)
