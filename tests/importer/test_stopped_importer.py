"""An importer that stands still, holding its lease, is nothing that a call waits for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import lightflow_jlab as lf
from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.importer.importer import Importer
from lightflow_jlab.store.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP is POSIX")

IMPORTER = """
import sys, threading
from pathlib import Path
from lightflow_jlab.importer import Importer, ImporterService
from lightflow_jlab.store.store import Store
store = Store.open(Path(sys.argv[1]))
service = ImporterService(store, Importer(store), lambda _: None)
service.start()
while not service.holds_lease:
    threading.Event().wait(0.01)
print("importing", flush=True)
sys.stdin.readline()
service.stop()
"""


@pytest.fixture
def importer(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(tmp_path / ".lightflow")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "importing\n"
        yield child
        child.send_signal(signal.SIGCONT)
        child.communicate("\n", timeout=30)


@pytest.mark.parametrize(
    "seconds", [1, pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(300)])]
)
def test_a_stopped_importer_slows_no_call_and_later_takes_all_once(
    importer: subprocess.Popen[str], tmp_path: Path, seconds: int
):
    lf.set_tracking_uri(tmp_path)
    with lf.start_run() as run:
        lf.log_metric("loss", 0.5, 0)
        os.kill(importer.pid, signal.SIGSTOP)
        taken: list[int] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = time.perf_counter_ns()
            lf.log_metric("loss", 0.5, len(taken) + 1)
            taken.append(time.perf_counter_ns() - before)
        os.kill(importer.pid, signal.SIGCONT)
    assert sorted(taken)[int(len(taken) * 0.99)] <= 1_000_000
    store = Store.open(tmp_path / ".lightflow")
    try:
        assert Importer.acquire(store) is None
        _wait_for(store, run.info.run_id, len(taken) + 1)
    finally:
        store.close()


def test_who_reads_while_another_process_stands_still_is_told_which_one(
    importer: subprocess.Popen[str], tmp_path: Path
):
    os.kill(importer.pid, signal.SIGSTOP)
    lf.set_tracking_uri(tmp_path)
    with lf.start_run():
        lf.log_metric("loss", 0.5)
    told = f"has not taken in what was logged: process {importer.pid} on .* Nothing is lost"
    with pytest.raises(lf.LightflowError, match=told):
        catch_up(tmp_path / ".lightflow", timeout_seconds=0.3)


def _wait_for(store: Store, run_id: str, count: int) -> None:
    """Wait until the run has ended in the store, then expect so many points."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            found = store.run(run_id)
        except lf.NotFoundError:
            time.sleep(0.05)
            continue
        if found.status == "FINISHED":
            assert [metric.count for metric in found.metrics] == [count]
            return
        time.sleep(0.05)
    raise AssertionError("The importer did not take the run in time.")
