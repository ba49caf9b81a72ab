"""Each way in which a program can end leaves its run in the state that says so."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import Child, Kernel, Server, View, environment, wait_for

GRACEFUL_SECONDS = 1.0
UNGRACEFUL_SECONDS = 10.0

PROGRAM = """
import os, sys, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
import lightflow_jlab as lf
with lf.start_run(run_name=sys.argv[1]):
    lf.log_metric("loss", 0.5)
    print("ready", flush=True)
    sys.stdin.readline()
    exec(sys.argv[2])
"""

WAIT = "import time; time.sleep(600)"
ENDS: dict[str, tuple[str, int | None, str]] = {
    "returns": ("pass", None, "FINISHED"),
    "raises": ("1 / 0", None, "FAILED"),
    "exits well": ("sys.exit()", None, "FINISHED"),
    "exits badly": ("sys.exit(3)", None, "FAILED"),
    "is interrupted": (WAIT, signal.SIGINT, "KILLED"),
    "is terminated": (WAIT, signal.SIGTERM, "CRASHED"),
    "is killed": (WAIT, signal.SIGKILL, "CRASHED"),
    "leaves at once": ("os._exit(0)", None, "CRASHED"),
}


def test_a_program_that_ends_leaves_the_right_state(
    root: Path, servers: Callable[[], Server], children: list[Child]
) -> None:
    servers()
    for name, (code, _, _) in ENDS.items():
        children.append(Child(PROGRAM, name, code, env=environment(root)))
    for child in children:
        assert child.line() == "ready"
    view = View(root / ".lightflow")
    wait_for(
        "all runs are seen running",
        lambda: (
            {run.status for run in view.runs().values()} == {"RUNNING"}
            and len(view.runs()) == len(ENDS)
        ),
    )
    for child, (_, number, _) in zip(children, ENDS.values(), strict=True):
        child.send("go")
        if number is not None:
            child.signal(number)
    for child in children:
        child.wait()

    expected = {name: status for name, (_, _, status) in ENDS.items()}
    wait_for(
        "all runs have ended as their programs did",
        lambda: {name: run.status for name, run in view.runs().items()} == expected,
        UNGRACEFUL_SECONDS,
    )
    failed = view.runs()["raises"]
    assert failed.error is not None and failed.error.type == "ZeroDivisionError"
    crashed = view.runs()["is killed"]
    assert crashed.end_time is not None
    assert crashed.end_time >= crashed.start_time


OPEN_RUN = """
import lightflow_jlab as lf
run = lf.start_run()
lf.log_metric("loss", 0.5)
print(run.info.run_id)
"""
BUSY = "while True: pass"
HOLDING_THE_GIL = "import re; re.match(r'(a+)+$', 'a' * 60 + 'b')"


@pytest.fixture
def kernels() -> Iterator[list[Kernel]]:
    started: list[Kernel] = []
    yield started
    for kernel in started:
        kernel.close()


def becomes(view: View, run_id: str, status: str, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while view.status(run_id) != status and time.monotonic() < ends:
        time.sleep(0.02)
    assert view.status(run_id) == status


def test_a_kernel_that_its_user_restarts_leaves_a_killed_run_and_one_that_dies_a_crashed_one(
    root: Path, servers: Callable[[], Server], kernels: list[Kernel]
) -> None:
    server = servers()
    view = View(root / ".lightflow")
    kernels.append(kernel := server.kernel())
    run_id = kernel.run(OPEN_RUN)
    kernel.restart()
    becomes(view, run_id, "KILLED", UNGRACEFUL_SECONDS)

    kernel.wait()
    run_id = kernel.run(OPEN_RUN)
    kernel.begin("import os; os._exit(1)")
    becomes(view, run_id, "CRASHED", UNGRACEFUL_SECONDS)


@pytest.mark.slow
def test_the_end_of_a_kernel_is_seen_in_time_whatever_it_is_doing(
    root: Path, servers: Callable[[], Server], kernels: list[Kernel]
) -> None:
    server = servers()
    view = View(root / ".lightflow")
    kernels.append(kernel := server.kernel())
    run_id = kernel.run(OPEN_RUN)
    kernel.restart()
    becomes(view, run_id, "KILLED", GRACEFUL_SECONDS)
    for doing in (BUSY, HOLDING_THE_GIL):
        kernel.wait()
        run_id = kernel.run(OPEN_RUN)
        kernel.begin(doing)
        kernel.restart()
        becomes(view, run_id, "KILLED", UNGRACEFUL_SECONDS)
    kernel.wait()
    run_id = kernel.run(OPEN_RUN)
    kernel.shut_down()
    becomes(view, run_id, "KILLED", GRACEFUL_SECONDS)
