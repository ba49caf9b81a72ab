"""Whoever imports may be killed at any moment: each point comes into the store once."""

from __future__ import annotations

import random
import signal
import sys
from pathlib import Path

import pytest

from lightflow_jlab.importer import Importer
from lightflow_jlab.store import RunQuery, Store

from ..faulty_disk import Disk
from .conftest import Child, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD is Linux's")

LOGGING = """
import sys, threading
import lightflow_jlab as lf
told = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), told.set()), daemon=True).start()
step = 0
print("logging", flush=True)
while not told.is_set():
    with lf.start_run(run_name=str(step)):
        lf.log_param("first", step)
        for _ in range(100):
            lf.log_metric("loss", step / 2, step=step)
            lf.log({"a": 1.0, "b": 2.0}, step=step)
            step += 1
    told.wait(0.1)
lf.flush()
print(step, flush=True)
"""

# The libraries are loaded once, each importer is a fork.
IMPORTING = """
import os, sys, signal, time
from pathlib import Path
from lightflow_jlab.importer import Importer
from lightflow_jlab.store import Store
Store.open(Path(sys.argv[1])).close()
for line in sys.stdin:
    child = os.fork()
    if not child:
        importer = Importer.acquire(Store.open(Path(sys.argv[1])))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            importer.run_once()
        os._exit(0)
    if seconds := float(line):
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.mark.parametrize(
    "times", [10, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(1_800)])]
)
def test_an_importer_that_is_killed_again_and_again_takes_each_point_once(
    root: Path, children: list[Child], disk: Disk, times: int
) -> None:
    env = environment(root)
    children.append(
        importing := Child(IMPORTING, str(root / ".lightflow"), env=env | disk.environment)
    )
    children.append(logging := Child(LOGGING, env=env))
    assert logging.line() == "logging"
    for attempt in range(times):
        if attempt % 5 == 0:
            # At some moment.
            disk.set("")
            importing.send(str(random.uniform(0.01, 0.3)))
        else:
            # In the middle of a write to the database.
            disk.set(f"db_pwrite kill {random.randrange(1, 100)}\n")
            importing.send("0")
        how = int(importing.line())
        assert how == signal.SIGKILL, f"importer {attempt} ended with {how}"
    logging.send("end")
    logged = int(logging.line())
    logging.wait()
    _expect(root / ".lightflow", logged)


def _expect(folder: Path, logged: int) -> None:
    """Import the rest; the runs' points are then those that were logged, each once."""
    store = Store.open(folder)
    try:
        importer = Importer.acquire(store)
        assert importer is not None
        while importer.run_once():
            pass
        importer.close()
        runs = store.runs(RunQuery(limit=100_000)).runs
        assert sorted(int(run.run_name) for run in runs) == list(range(0, logged, 100))
        for run in runs:
            first = int(run.run_name)
            assert run.status == "FINISHED"
            assert [param.value for param in run.params] == [first]
            for key, value in (("loss", None), ("a", 1.0), ("b", 2.0)):
                history = store.history(run.run_id, key)
                steps = history.steps.tolist()
                assert steps == list(range(first, first + 100)), (key, first)
                expected = [value if value is not None else step / 2 for step in steps]
                assert history.values.tolist() == expected
    finally:
        store.close()
