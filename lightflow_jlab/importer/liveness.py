"""Whether a writer still lives, judged from outside.

A process of this machine is known by its id and its start, since ids are used again. Neither a
sleep of the machine nor a change of its clock makes a process look ended. Of another machine's
process only its log tells.
"""

from __future__ import annotations

import os
import platform
import select
from enum import Enum
from functools import cache

from lightflow_jlab.config import machine
from lightflow_jlab.contract.records import Process

START_TOLERANCE_SECONDS = 2.0


class Sight(Enum):
    """What is seen of a writer's process."""

    ALIVE = "alive"
    GONE = "gone"
    ELSEWHERE = "elsewhere"
    """On another machine or in another container: it can't be seen from here."""


def look_at(process: Process) -> Sight:
    """Return what is seen of a process now."""
    if process.host != _host():
        return Sight.ELSEWHERE
    if process.boot_id and machine.boot_id() and process.boot_id != machine.boot_id():
        return Sight.GONE
    if process.pid_namespace and process.pid_namespace != machine.pid_namespace():
        return Sight.ELSEWHERE
    if process.start_ticks:
        same = machine.start_ticks(process.pid) == process.start_ticks
        return Sight.ALIVE if same and not machine.is_zombie(process.pid) else Sight.GONE
    return _look_by_psutil(process)


def _look_by_psutil(process: Process) -> Sight:
    import psutil

    try:
        other = psutil.Process(process.pid)
        if other.status() == psutil.STATUS_ZOMBIE:
            return Sight.GONE
        same = abs(other.create_time() - process.start_time) <= START_TOLERANCE_SECONDS
    except psutil.NoSuchProcess:
        return Sight.GONE
    except psutil.Error:
        return Sight.ALIVE
    return Sight.ALIVE if same else Sight.GONE


@cache
def _host() -> str:
    return platform.node()


class ExitWatch:
    """Tells at once that a process has ended, where the system has descriptors of processes.

    Elsewhere it never says so, and `look_at` finds out. Not thread-safe.
    """

    def __init__(self) -> None:
        self._descriptors: dict[str, int] = {}

    def follow(self, writers: dict[str, Process]) -> None:
        """Watch these writers' processes, which are alive, and no others."""
        for writer_id in self._descriptors.keys() - writers.keys():
            os.close(self._descriptors.pop(writer_id))
        for writer_id in writers.keys() - self._descriptors.keys():
            descriptor = _open_process(writers[writer_id].pid)
            if descriptor is not None:
                self._descriptors[writer_id] = descriptor

    def someone_ended(self) -> bool:
        """Tell whether a watched process has ended; doesn't wait."""
        if not self._descriptors:
            return False
        poll = select.poll()
        for descriptor in self._descriptors.values():
            poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        self.follow({})


def _open_process(pid: int) -> int | None:
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None
