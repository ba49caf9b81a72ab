"""Half an hour of logging, importing and looking: nothing grows but the store."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from .conftest import Child, Server, View, environment, wait_for

MINUTES = float(os.environ.get("LIGHTFLOW_SOAK_MINUTES", "30"))
WAL_BYTES = 64 * 1024 * 1024
WARM_SHARE = 0.3
"""Of the time: caches fill, libraries load."""
MEMORY_BYTES = 32 * 1024 * 1024
DESCRIPTORS = 8

LOGGING = """
import sys, threading
import lightflow_jlab as lf
told = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), told.set()), daemon=True).start()
step = 0
print("logging", flush=True)
while not told.is_set():
    with lf.start_run(run_name=f"{sys.argv[1]}-{step}"):
        lf.log_params({"first": step, "who": sys.argv[1]})
        for _ in range(200):
            for _ in range(100):
                lf.log({"loss": step / 2, "acc": 0.5}, step=step)
                step += 1
            if told.wait(0.05):
                break
print(step, flush=True)
"""


class Sample(NamedTuple):
    wal: int
    memory: int
    descriptors: int


def _sample(server: psutil.Process, folder: Path) -> Sample:
    wal = folder / "lightflow.db-wal"
    return Sample(
        wal.stat().st_size if wal.exists() else 0, server.memory_info().rss, server.num_fds()
    )


@pytest.mark.slow
@pytest.mark.timeout(60 * MINUTES + 600)
@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are POSIX")
def test_the_write_ahead_log_the_memory_and_the_descriptors_of_a_server_stay_bounded(
    root: Path, servers: Callable[[], Server], children: list[Child]
) -> None:
    server = servers()
    process = psutil.Process(server.process.pid)
    for number in range(2):
        children.append(Child(LOGGING, str(number), env=environment(root)))
    for child in children:
        assert child.line() == "logging"
    samples: list[Sample] = []
    started = time.monotonic()
    while (passed := time.monotonic() - started) < 60 * MINUTES:
        runs = server.call("GET", "lightflow/api/runs?limit=50&order_by=metrics.loss")["runs"]
        for run in runs[:5]:
            server.call("GET", f"lightflow/api/series?run_id={run['run_id']}&key=loss")
        if passed > 60 * MINUTES * WARM_SHARE:
            samples.append(_sample(process, root / ".lightflow"))
        time.sleep(0.5)
    for child in children:
        child.send("end")
    logged = sum(int(child.line()) for child in children)
    view = View(root / ".lightflow")
    wait_for(
        f"all {2 * logged:,} points are there",
        lambda: sum(m.count for r in view.runs().values() for m in r.metrics) == 2 * logged,
    )
    view.store.close()
    quarter = len(samples) // 4
    first, last = samples[:quarter], samples[-quarter:]
    grown = [max(one[field] for one in last) - max(one[field] for one in first) for field in (1, 2)]
    largest = max(sample.wal for sample in samples)
    print(
        f"{MINUTES:g} minutes, {2 * logged:,} points: write-ahead log {largest / 1e6:.1f} MB at "
        f"most, memory {grown[0] / 1e6:+.1f} MB, descriptors {grown[1]:+d}"
    )
    assert largest <= WAL_BYTES
    assert grown[0] <= MEMORY_BYTES
    assert grown[1] <= DESCRIPTORS
