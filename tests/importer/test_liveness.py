"""What is said of writers that don't end their runs themselves, and when it is taken back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import msgspec
import pytest

from lightflow_jlab.contract.records import Process
from lightflow_jlab.importer import Importer
from lightflow_jlab.importer.judge import STALL_SECONDS
from lightflow_jlab.store import Store

from .conftest import RUN, START, Writer, this_process

WriterOf = Callable[[Process], Writer]


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """Return a living process."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_run_crashes_with_its_process_and_not_before(
    store: Store, importer: Importer, writer_of: WriterOf, other: subprocess.Popen[bytes]
) -> None:
    writer = writer_of(this_process(other.pid))
    writer.start()
    writer.point(0.5)
    importer.run_once()
    assert importer.check_liveness() == 0
    assert not importer.someone_ended()

    writer.point(0.25)
    other.kill()
    other.wait()
    assert importer.someone_ended()
    assert importer.check_liveness() == 1
    run = store.run(RUN)
    assert run.status == "CRASHED"
    assert run.metrics[0].count == 2
    assert run.end_time is not None and run.end_time > START


def test_a_change_of_the_clock_makes_no_crash(
    store: Store, importer: Importer, writer_of: WriterOf
) -> None:
    writer = writer_of(msgspec.structs.replace(this_process(), start_time=12345.0))
    writer.start()
    importer.run_once()
    assert importer.check_liveness() == 0
    assert store.run(RUN).status == "RUNNING"


def test_a_process_id_that_another_process_has_now_is_a_crash(
    store: Store, importer: Importer, writer_of: WriterOf
) -> None:
    me = this_process()
    writer_of(msgspec.structs.replace(me, start_ticks=me.start_ticks - 100)).start()
    importer.run_once()
    importer.check_liveness()
    assert store.run(RUN).status == "CRASHED"


def test_a_restart_of_the_machine_is_a_crash(
    store: Store, importer: Importer, writer_of: WriterOf
) -> None:
    writer_of(msgspec.structs.replace(this_process(), boot_id="another")).start()
    importer.run_once()
    importer.check_liveness()
    assert store.run(RUN).status == "CRASHED"


@pytest.mark.parametrize("place", [{"host": "elsewhere"}, {"pid_namespace": "pid:[1]"}])
def test_a_remote_writer_stalls_when_nothing_comes_and_goes_on_when_something_does(
    store: Store, writer_of: WriterOf, place: dict[str, str]
) -> None:
    clock = Clock()
    importer = Importer(store, clock=clock)
    assert importer.take_lease()
    writer = writer_of(msgspec.structs.replace(this_process(), **place))
    writer.start()
    importer.run_once()
    clock.now += STALL_SECONDS - 1
    assert importer.check_liveness() == 0
    clock.now += 2
    assert importer.check_liveness() == 1
    assert store.run(RUN).status == "STALLED"
    assert importer.check_liveness() == 0

    writer.point()
    importer.run_once()
    assert store.run(RUN).status == "RUNNING"
    assert store.run(RUN).end_time is None
    importer.close()


def test_a_crash_is_taken_back_when_its_writer_logs_again(
    store: Store, importer: Importer, writer_of: WriterOf
) -> None:
    writer = writer_of(msgspec.structs.replace(this_process(), boot_id="another"))
    writer.start()
    importer.run_once()
    importer.check_liveness()
    assert store.run(RUN).status == "CRASHED"

    importer.close_logs_of_the_dead()
    for _ in range(3):
        writer.point()
    importer.run_once()
    assert (store.run(RUN).status, store.run(RUN).end_time) == ("RUNNING", None)
    importer.check_liveness()
    assert store.run(RUN).status == "RUNNING"
    writer.end("FINISHED", at=START + 10)
    importer.run_once()
    assert store.run(RUN).status == "FINISHED"


def test_a_run_of_several_processes_is_open_until_the_last_one_ends_it(
    store: Store, importer: Importer, writer_of: WriterOf, other: subprocess.Popen[bytes]
) -> None:
    first, second = writer_of(this_process()), writer_of(this_process(other.pid))
    first.start(at=START)
    second.start(at=START + 5, resume=True)
    first.point()
    second.point()
    other.kill()
    other.wait()
    importer.run_once()
    importer.check_liveness()
    assert store.run(RUN).status == "RUNNING"

    first.end("FINISHED", at=START + 2_000_000_000_000)
    importer.run_once()
    run = store.run(RUN)
    assert run.status == "CRASHED"
    assert run.metrics[0].count == 2


def test_the_worst_end_of_a_run_of_several_processes_counts(
    store: Store, importer: Importer, writer_of: WriterOf
) -> None:
    first, second = writer_of(this_process()), writer_of(this_process())
    first.start(at=START)
    second.start(at=START + 5, resume=True)
    first.end("FAILED", at=START + 10, error_type="ValueError")
    second.end("FINISHED", at=START + 20)
    importer.run_once()
    run = store.run(RUN)
    assert (run.status, run.end_time) == ("FAILED", START + 20)
    assert run.error is not None and run.error.type == "ValueError"


def test_a_failed_run_that_was_resumed_ends_as_it_ended_last(
    store: Store, importer: Importer, writer_of: WriterOf
) -> None:
    first, second = writer_of(this_process()), writer_of(this_process())
    first.start(at=START)
    first.end("FAILED", at=START + 10, error_type="ValueError")
    second.start(at=START + 100, resume=True)
    importer.run_once()
    assert (store.run(RUN).status, store.run(RUN).error) == ("RUNNING", None)
    second.end("FINISHED", at=START + 200)
    importer.run_once()
    assert (store.run(RUN).status, store.run(RUN).error) == ("FINISHED", None)


def test_the_log_of_a_process_that_left_no_run_open_is_put_away(
    store: Store, importer: Importer, writer_of: WriterOf, other: subprocess.Popen[bytes]
) -> None:
    writer = writer_of(this_process(other.pid))
    writer.start()
    writer.end("FINISHED", at=START + 1)
    importer.run_once()
    importer.close_logs_of_the_dead()
    segment = store.folder / "spool" / f"{writer.spool.writer_id}-000001.lf"
    assert segment.exists()
    other.kill()
    other.wait()
    importer.close_logs_of_the_dead()
    assert not segment.exists()
    assert (segment.parent / "imported" / f"{segment.name}.zst").exists()
