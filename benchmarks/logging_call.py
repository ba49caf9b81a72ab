"""`lf.log_metric`, per call: a loop that times each call with the nanosecond clock."""

from __future__ import annotations

import tempfile
import threading
import time

import lightflow_jlab as lf
from benchmarks.table import Row, quantile

CALLS = 1_000_000
BESIDE_CALLS = 50_000


def measure() -> list[Row]:
    """Log into a store of its own on the working folder's disk."""
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
        lf.set_tracking_uri(folder)
        with lf.start_run():
            _time_calls(10_000)
            alone = _time_calls(CALLS)
            stop = threading.Event()
            beside = threading.Thread(target=_spin, args=(stop,), daemon=True)
            beside.start()
            busy = _time_calls(BESIDE_CALLS)
            stop.set()
            beside.join()
    what = f"`log_metric` alone: p50, p99, worst of {CALLS:,}"
    return [
        Row(what, _shown(alone), "2 µs, 20 µs, 50 ms"),
        Row("`log_metric` beside a busy thread", _shown(busy), "2 µs, 20 µs"),
    ]


def _time_calls(count: int) -> list[float]:
    clock = time.perf_counter_ns
    taken = [0.0] * count
    for index in range(count):
        before = clock()
        lf.log_metric("loss", 0.5, index)
        taken[index] = clock() - before
    return sorted(taken)


def _spin(stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1


def _shown(taken: list[float]) -> str:
    p50, p99, worst = quantile(taken, 0.5), quantile(taken, 0.99), taken[-1]
    return f"{p50 / 1e3:.2f} µs, {p99 / 1e3:.1f} µs, {worst / 1e6:.1f} ms"
