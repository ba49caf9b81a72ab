"""The logs that a store's folder still holds, and which of them tell of their runs whole.

A log is whole where it begins with its writer's first segment and misses none. Logs hang together
where they write the same run; only if all of these are whole does reading them again give the runs
back as they were.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import zstandard

from lightflow_jlab.config.locations import all_spool_folders, spool_folder
from lightflow_jlab.importer.retention import KEPT_SUFFIX, kept_segments
from lightflow_jlab.importer.segments import open_cursor
from lightflow_jlab.spool.format import parse_segment_name
from lightflow_jlab.spool.reader import SpoolFile, list_segments

Segment = tuple[str, int]
"""Writer and number."""


@dataclass
class Log:
    """What is there of one writer's log."""

    ends: dict[int, int] = field(default_factory=dict)
    """By segment, the byte behind its last whole record."""
    runs: set[str] = field(default_factory=set)
    begins: bool = False
    """The writer's first segment is there."""

    @property
    def is_whole(self) -> bool:
        return self.begins and len(self.ends) == 1 + max(self.ends) - min(self.ends)


@dataclass(frozen=True)
class Group:
    """Logs that hang together, and the runs they write."""

    writers: frozenset[str]
    runs: frozenset[str]
    is_whole: bool


def kept(store: Path) -> dict[Segment, Path]:
    """Return the segments that were imported and put away."""
    found = {}
    for path in kept_segments(spool_folder(store)):
        if name := parse_segment_name(Path(path.name.removesuffix(KEPT_SUFFIX))):
            found[name] = path
    return found


def read_logs(store: Path, tell: Callable[[int, int], None]) -> dict[str, Log]:
    """Read all logs, by writer. `tell` hears how many files of how many were read."""
    logs: dict[str, Log] = defaultdict(Log)
    live = [file for folder in all_spool_folders(store) for file in list_segments(folder)]
    away = kept(store)
    for file in live:
        _read(file, logs[file.writer_id])
    for number, ((writer_id, segment), path) in enumerate(away.items()):
        tell(number, len(away))
        with tempfile.TemporaryDirectory(prefix="lightflow-") as folder:
            copy = Path(folder) / path.name.removesuffix(KEPT_SUFFIX)
            try:
                with path.open("rb") as packed, copy.open("wb") as out:
                    zstandard.ZstdDecompressor().copy_stream(packed, out)
            except (OSError, zstandard.ZstdError):
                continue
            _read(SpoolFile(copy, writer_id, segment), logs[writer_id])
    return dict(logs)


def groups(logs: Mapping[str, Log], writers_of: Callable[[str], Iterable[str]]) -> list[Group]:
    """Return the logs as they hang together. `writers_of`: who else is known to write a run."""
    by_run: dict[str, set[str]] = defaultdict(set)
    for writer_id, log in logs.items():
        for run_id in log.runs:
            by_run[run_id].add(writer_id)
    for run_id, writers in by_run.items():
        writers.update(writers_of(run_id))
    left, found = set(logs), []
    while left:
        writers, runs, ahead = set[str](), set[str](), [left.pop()]
        while ahead:
            writer_id = ahead.pop()
            if writer_id in writers:
                continue
            writers.add(writer_id)
            for run_id in logs[writer_id].runs if writer_id in logs else ():
                runs.add(run_id)
                ahead += by_run[run_id] - writers
        left -= writers
        whole = all(writer in logs and logs[writer].is_whole for writer in writers)
        found.append(Group(frozenset(writers), frozenset(runs), whole))
    return found


def _read(file: SpoolFile, log: Log) -> None:
    cursor = open_cursor(file, None)
    if cursor is None:
        return
    while True:
        try:
            batch = cursor.next_batch(final=True)
        except (OSError, ValueError):
            break
        if batch.end == cursor.offset:
            break
        cursor.advance(batch)
        if batch.finished:
            break
    log.ends[file.segment] = cursor.offset
    log.runs.update(cursor.runs.values())
    log.begins = log.begins or cursor.reader.header.first_seq == 0
