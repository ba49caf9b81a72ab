"""A store and writers whose processes are what a test says they are."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lightflow_jlab.config.locations import spool_folder
from lightflow_jlab.config.machine import boot_id, pid_namespace, start_ticks
from lightflow_jlab.contract.records import Process, RunEnd, RunStart
from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.importer import Importer
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.store import Store

RUN = "ab" * 16
START = 1_700_000_000_000


def this_process(pid: int | None = None) -> Process:
    """Return a process of this machine as it is recorded by itself."""
    pid = os.getpid() if pid is None else pid
    return Process(
        host=platform.node(),
        boot_id=boot_id(),
        pid=pid,
        start_time=0.0,
        start_ticks=start_ticks(pid),
        pid_namespace=pid_namespace(),
    )


class Writer:
    """Records one run as the process that it is given."""

    def __init__(self, store: Store, process: Process, run_id: str = RUN) -> None:
        self.spool = SpoolWriter([spool_folder(store.folder)], process)
        self.process = process
        self.run_id = run_id
        self._step = 0

    def start(self, *, at: int = START, resume: bool = False) -> None:
        start = RunStart(
            run_id=self.run_id,
            experiment_name="Default",
            run_name="run",
            start_time=at,
            user_id="ada",
            process=self.process,
            resume=resume,
        )
        self.spool.record(RecordType.RUN_START, start)

    def point(self, value: float = 1.0) -> None:
        run, key = self.spool.define_run(self.run_id), self.spool.define_key("loss")
        self.spool.point(run, key, self._step, START + self._step, value)
        self._step += 1

    def end(self, status: RunStatus, *, at: int, error_type: str = "") -> None:
        self.spool.record(
            RecordType.RUN_END, RunEnd(self.run_id, status, at, error_type=error_type)
        )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / ".lightflow")
    yield store
    store.close()


@pytest.fixture
def importer(store: Store) -> Iterator[Importer]:
    importer = Importer.acquire(store)
    assert importer is not None
    yield importer
    importer.close()


@pytest.fixture
def writer_of(store: Store) -> Iterator[Callable[[Process], Writer]]:
    made: list[Writer] = []

    def make(process: Process) -> Writer:
        made.append(Writer(store, process))
        return made[-1]

    yield make
    for writer in made:
        writer.spool.close()
