"""One measure of one tracker, in this process; prints its numbers as JSON on the last line.

Usage: `python -m benchmarks.peers.worker module measure folder count`.

Only what the interpreter has loaded anyway is imported before the tracker, so that the time of its
import is its own.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

BUSY_SECONDS = 4.0
READS = 5
READ_SECONDS = 8.0


def start(module: str, folder: str, count: int) -> dict[str, float]:
    began = time.perf_counter()
    tracker = import_module(module)
    imported = time.perf_counter()
    tracker.start(folder)("loss", 0.5, 0)
    logged = time.perf_counter()
    tracker.finish()
    return {"import": imported - began, "start": logged - began}


def calls(module: str, folder: str, count: int) -> dict[str, float]:
    import threading

    tracker = import_module(module)
    log = tracker.start(folder)
    _timed(log, 0, min(count, 500))
    alone = _timed(log, 500, count)
    stop = threading.Event()
    busy = threading.Thread(target=_spin, args=(stop,), daemon=True)
    busy.start()
    beside = _timed(log, 500 + len(alone), count)
    stop.set()
    busy.join()
    tracker.finish()
    return {
        "p50": _quantile(alone, 0.5),
        "p99": _quantile(alone, 0.99),
        "beside_p50": _quantile(beside, 0.5),
        "beside_p99": _quantile(beside, 0.99),
    }


def durable(module: str, folder: str, count: int) -> dict[str, float]:
    from benchmarks.peers.protocol import KEY, losses

    values = losses(count)
    tracker = import_module(module)
    log = tracker.start(folder)
    began = time.perf_counter()
    for step, value in enumerate(values):
        log(KEY, value, step)
    tracker.finish()
    return {"points_per_second": count / (time.perf_counter() - began)}


def fill_history(module: str, folder: str, count: int) -> dict[str, float]:
    import_module(module).fill_history(folder, count)
    return {}


def history(module: str, folder: str, count: int) -> dict[str, float]:
    read = import_module(module).reader(folder)
    return {"history": _median_seconds(read, lambda found: found == count)}


def fill_runs(module: str, folder: str, count: int) -> dict[str, float]:
    import_module(module).fill_runs(folder, count)
    return {}


def search(module: str, folder: str, count: int) -> dict[str, float]:
    find = import_module(module).searcher(folder)
    expected = _expected_names(count)
    return {"search": _median_seconds(find, lambda found: found == expected)}


def _timed(log: Callable[[str, float, int], object], first: int, count: int) -> list[float]:
    """Return seconds per call, sorted; fewer than `count` when `BUSY_SECONDS` are over."""
    clock = time.perf_counter
    taken: list[float] = []
    until = clock() + BUSY_SECONDS
    for step in range(first, first + count):
        before = clock()
        log("loss", 0.5, step)
        after = clock()
        taken.append(after - before)
        if after > until:
            break
    return sorted(taken)


def _spin(stop: Any) -> None:
    number = 0
    while not stop.is_set():
        number += 1


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _median_seconds(read: Callable[[], Any], right: Callable[[Any], bool]) -> float:
    """Return the median time of up to `READS` reads, fewer when they take long."""
    import statistics

    taken: list[float] = []
    while len(taken) < READS and sum(taken) < READ_SECONDS:
        before = time.perf_counter()
        found = read()
        taken.append(time.perf_counter() - before)
        if not right(found):
            raise SystemExit(f"The tracker answered {found!r:.300}, which isn't what was stored.")
    return statistics.median(taken)


def _expected_names(count: int) -> list[str]:
    from benchmarks.peers.protocol import FOUND_LIMIT, run_metrics, run_name, run_params

    found = [
        index
        for index in range(count)
        if run_metrics(index)["metric_0"] > 0.5 and run_params(index)["param_0"] == "3"
    ]
    found.sort(key=lambda index: -run_metrics(index)["metric_1"])
    return [run_name(index) for index in found[:FOUND_LIMIT]]


if __name__ == "__main__":
    measure = globals()[sys.argv[2]]
    numbers = measure(f"benchmarks.peers.{sys.argv[1]}", sys.argv[3], int(sys.argv[4]))
    import json

    print("\n" + json.dumps(numbers), flush=True)
