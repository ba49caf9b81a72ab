"""Points per second from the first call to all of them in the store, and what that costs.

Meanwhile an importer in another process than those that log takes them in, as the server does.
Every row's counts are checked: a benchmark that lost a point fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Row
from lightflow_jlab.config.locations import database_file
from lightflow_jlab.importer import Importer, ImporterService
from lightflow_jlab.store.store import Store

POINTS = 1_000_000
KEYS = 100
PROCESSES = 8
BLOCKED_POINTS = 10_000_000

_LOG = """
import sys, time
from random import Random
import lightflow_jlab as lf
lf.set_tracking_uri(sys.argv[1])
points, keys = int(sys.argv[2]), int(sys.argv[3])
run = lf.start_run()
noise = Random(7)
losses = [2 / (1 + step * 1e-4) * (1 + noise.gauss(0, 0.01)) for step in range(points // keys)]
print(run.info.run_id, flush=True)
sys.stdin.readline()
started = time.time()
"""
_CALLS = """
for step, loss in enumerate(losses):
    lf.log_metric("loss", loss, step=step)
"""
_DICTS = """
row = {f"metric/{number}": 0.5 for number in range(keys)}
for step, loss in enumerate(losses):
    row["metric/0"] = loss
    lf.log(row, step=step)
"""
_END = """
lf.end_run()
print(started, flush=True)
"""
_MEMORY = """
import re
def memory():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
lf.log_metric("loss", 0.0, step=0)
before = most = memory()
for start in range(1, points, 100_000):
    for step in range(start, start + 100_000):
        lf.log_metric("loss", 0.5, step=step)
    most = max(most, memory())
print(most - before, flush=True)
"""
_FIRST = """
import time
before = time.perf_counter()
import sys
import lightflow_jlab as lf
lf.set_tracking_uri(sys.argv[1])
lf.start_run()
lf.log_metric("loss", 1.0)
print(time.perf_counter() - before)
"""


def measure() -> list[Row]:
    single, bytes_per_point = _durable(_CALLS, 1, 1, POINTS)
    rows, _ = _durable(_DICTS, KEYS, 1, POINTS)
    several, _ = _durable(_CALLS, 1, PROCESSES, POINTS // PROCESSES)
    return [
        Row("points/s in the store, `log_metric`, one process", f"{single:,.0f}", "300,000"),
        Row(f"the same, `log` of {KEYS} keys a call", f"{rows:,.0f}", "1,000,000"),
        Row(f"the same, `log_metric`, {PROCESSES} processes", f"{several:,.0f}", "300,000"),
        Row("bytes per point in the store, noisy loss", f"{bytes_per_point:.1f}", "12"),
        Row(f"memory of {BLOCKED_POINTS:,} points nobody imports", _blocked(), "+64 MB"),
        Row("`import` to the first logged point, fresh process", _first(), "150 ms"),
    ]


def _durable(calls: str, keys: int, processes: int, points: int) -> tuple[float, float]:
    """Return points per second, and bytes per point of the database."""
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
        place = Path(folder).absolute() / ".lightflow"
        store = Store.open(place)
        service = ImporterService(store, Importer(store), lambda _: None)
        service.start()
        try:
            code = _LOG + calls + _END
            children = [_start(code, place, points, keys) for _ in range(processes)]
            run_ids = [_line(child) for child in children]
            empty = _size_bytes(place)
            for child in children:
                assert child.stdin is not None
                child.stdin.write("\n")
                child.stdin.flush()
            started = min(float(_line(child)) for child in children)
            _wait_until_all_is_there(store, run_ids, points)
            seconds = time.time() - started
            for child in children:
                child.communicate(timeout=60)
        finally:
            service.stop()
        store.close()
        size = _size_bytes(place) - empty
    return processes * points / seconds, size / (processes * points)


def _size_bytes(place: Path) -> int:
    """Return the size of the database with its write-ahead log."""
    name = database_file(place).name
    return sum(path.stat().st_size for path in place.glob(f"{name}*"))


def _wait_until_all_is_there(store: Store, run_ids: list[str], points: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        counts = [sum(m.count or 0 for m in store.run(run_id).metrics) for run_id in run_ids]
        if counts == [points] * len(run_ids):
            return
        if max(counts) > points or time.monotonic() > deadline:
            raise SystemExit(f"Logged {points:,} points a run; the store has {counts}.")
        time.sleep(0.01)


def _blocked() -> str:
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
        child = _start(_LOG + _MEMORY, Path(folder).absolute(), BLOCKED_POINTS, BLOCKED_POINTS)
        out, _ = child.communicate("\n", timeout=300)
    return f"+{float(out.split()[-1]):.0f} MB"


def _first() -> str:
    taken = []
    for _ in range(7):
        with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
            shown = subprocess.run(
                [sys.executable, "-c", _FIRST, folder],
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )
        taken.append(float(shown.stdout))
    return f"{sorted(taken)[3] * 1e3:.0f} ms"


def _start(code: str, place: Path, points: int, keys: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(place), str(points), str(keys)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    line = child.stdout.readline().strip()
    if not re.fullmatch(r"[\w.]+", line):
        raise SystemExit(f"A process that logs has failed: {line!r}.")
    return line
