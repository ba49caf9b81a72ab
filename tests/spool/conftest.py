"""Writers into a folder of the test, what their logs hold, and children that log."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lightflow_jlab.contract.records import Process
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import SegmentReader, list_segments
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.tracking.process import this_process

RUN = "0123456789abcdef" * 2


@dataclass
class Log:
    """All that the logs in some folders hold, in order."""

    points: list[tuple[str, str, int, int, float]] = field(default_factory=list)
    """Run, key, step, time, value."""
    records: list[tuple[int, bytes]] = field(default_factory=list)
    """All others but definitions and what each segment begins and ends with."""
    segments: int = 0
    writers: set[str] = field(default_factory=set)
    damaged_bytes: int = 0

    @property
    def steps(self) -> list[int]:
        return [step for _, _, step, _, _ in self.points]

    def take(self, path: Path, *, final: bool = True) -> None:
        reader = SegmentReader(path)
        self.segments += 1
        self.writers.add(reader.header.writer_id)
        runs: dict[int, str] = {}
        keys: dict[int, str] = {}
        position = reader.start
        while True:
            batch = reader.read(position, 1024 * 1024, final=final)
            self.damaged_bytes += batch.damaged_bytes
            for record in batch.records:
                if record.type == RecordType.DEFINE_RUN:
                    runs[int.from_bytes(record.payload[:4], "little")] = record.payload[4:].decode()
                elif record.type == RecordType.DEFINE_KEY:
                    keys[int.from_bytes(record.payload[:4], "little")] = record.payload[4:].decode()
                elif record.type not in (RecordType.WRITER, RecordType.SEGMENT_END):
                    self.records.append((record.type, record.payload))
            self.points += [
                (runs.get(run, "?"), keys.get(key, "?"), step, time_ms, value)
                for run, key, step, time_ms, value in fmt.POINT_BODY.iter_unpack(batch.points)
            ]
            if batch.finished or batch.end == position:
                return
            position = batch.end


def read_log(*folders: Path, final: bool = True) -> Log:
    log = Log()
    for folder in folders:
        for file in list_segments(folder):
            log.take(file.path, final=final)
    return log


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def process() -> Process:
    return this_process()


@pytest.fixture
def make_writer(spool: Path, process: Process) -> Iterator[Callable[..., SpoolWriter]]:
    made: list[SpoolWriter] = []

    def make(*folders: Path, **options: Any) -> SpoolWriter:
        writer = SpoolWriter(list(folders) or [spool], process, **options)
        made.append(writer)
        return writer

    yield make
    for writer in made:
        writer.close()


def log_steps(writer: SpoolWriter, steps: range, key: str = "loss") -> None:
    run, number = writer.define_run(RUN), writer.define_key(key)
    for step in steps:
        writer.point(run, number, step, 1_700_000_000_000 + step, step / 2)


CHILD = """
import os, signal, sys, threading, time
from pathlib import Path
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.tracking.process import this_process
RUN = "0123456789abcdef" * 2
writer = SpoolWriter([Path(folder) for folder in sys.argv[1:]], this_process())
os.register_at_fork(after_in_child=lambda: writer.after_fork(this_process()))
run, key = writer.define_run(RUN), writer.define_key("loss")
def log(steps):
    for step in steps:
        writer.point(run, key, step, 1_700_000_000_000 + step, step / 2)
def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())
"""


class Child(subprocess.Popen[str]):
    """A process that has a writer (`writer`, `log`, `say`) and runs `code`."""

    def __init__(self, code: str, *folders: Path, environment: dict[str, str] | None = None):
        super().__init__(
            [sys.executable, "-c", CHILD + code, *map(str, folders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )

    def says(self) -> str:
        """Return the next line that it prints."""
        assert self.stdout is not None
        return self.stdout.readline().strip()

    def told(self, line: str = "") -> None:
        """Give it a line."""
        assert self.stdin is not None
        self.stdin.write(f"{line}\n")
        self.stdin.flush()

    def ended(self, timeout: float = 60) -> str:
        """Return what it printed, after it ended well."""
        out, err = self.communicate(timeout=timeout)
        assert self.returncode == 0, err
        return out


@pytest.fixture
def start_child() -> Iterator[type[Child]]:
    started: list[Child] = []

    class Started(Child):
        def __init__(self, *args: Any, **kwargs: Any):
            super().__init__(*args, **kwargs)
            started.append(self)

    yield Started
    for child in started:
        if child.poll() is None:
            child.kill()
        with child:
            pass
