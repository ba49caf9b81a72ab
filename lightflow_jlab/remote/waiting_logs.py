"""The logs that wait in an outbox, each writer's with its segments in order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lightflow_jlab.config.locations import all_spool_folders
from lightflow_jlab.config.machine import boot_id
from lightflow_jlab.contract.records import Process
from lightflow_jlab.importer.liveness import Sight, look_at
from lightflow_jlab.importer.segments import open_cursor
from lightflow_jlab.spool.reader import SpoolFile, list_segments

ELSEWHERE_SECONDS = 86_400.0
"""After which a log of a process that can't be seen from here is taken for ended."""


@dataclass
class WaitingLog:
    """What one process wrote and has not been sent, or not all of it."""

    writer_id: str
    files: list[SpoolFile]
    process: Process | None

    def is_open(self) -> bool:
        """Tell whether the process may write on. To be asked before its files are read."""
        if self.process is None:
            return self._quiet_seconds() < ELSEWHERE_SECONDS
        sight = look_at(self.process)
        if sight is Sight.ELSEWHERE:
            return self._quiet_seconds() < ELSEWHERE_SECONDS
        return sight is Sight.ALIVE or (
            # Another machine of the same name, whose log is on a shared disk.
            self.process.boot_id != boot_id() and self._quiet_seconds() < ELSEWHERE_SECONDS
        )

    def last_written(self) -> int:
        """Return when the log was last written, in ms since the epoch."""
        return int(max(file.path.stat().st_mtime for file in self.files) * 1000)

    def _quiet_seconds(self) -> float:
        return time.time() - self.last_written() / 1000


class WaitingLogs:
    """The logs of one outbox. Remembers who wrote them."""

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox
        self._processes: dict[str, Process] = {}

    def __iter__(self) -> Iterator[WaitingLog]:
        by_writer: dict[str, list[SpoolFile]] = {}
        for folder in all_spool_folders(self._outbox):
            for file in list_segments(folder):
                by_writer.setdefault(file.writer_id, []).append(file)
        for writer_id, files in by_writer.items():
            files.sort(key=lambda file: file.segment)
            yield WaitingLog(writer_id, files, self._process(writer_id, files))

    def size_bytes(self) -> int:
        """Return how much waits, about."""
        return sum(_size(file.path) for log in self for file in log.files)

    def _process(self, writer_id: str, files: list[SpoolFile]) -> Process | None:
        if writer_id not in self._processes:
            cursor = open_cursor(files[0], None)
            if cursor is None:
                return None
            cursor.define_all(cursor.reader.read(cursor.offset, 64 * 1024).records)
            if cursor.process is None:
                return None
            self._processes[writer_id] = cursor.process
        return self._processes[writer_id]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
