"""Searching many runs, and reading a long history: wall-clock of the best of some rounds."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import lightflow_jlab as lf
from benchmarks.many_runs import store_of_runs
from benchmarks.table import Row
from lightflow_jlab.config.locations import STORE_NAME, database_file
from lightflow_jlab.store import RunQuery, Store
from lightflow_jlab.store.chunks import Columns

ROUNDS = 5
POINTS = 1_000_000
_RUN = f"{1:032x}"
_SELECTIVE = "metrics.m3 > 0.9 AND params.p2 < 0.1"
_BROAD = "metrics.m3 > 0.5 AND params.p2 < 0.5"


def measure() -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
        for count in (10_000, 100_000):
            rows += _search(Path(folder) / str(count) / STORE_NAME, count)
        lf.set_tracking_uri(Path(folder) / "10000")
        frame = _best(lf.search_runs)
        rows.append(Row("DataFrame of 10,000 runs × 20 columns", f"{frame:.0f} ms", "300 ms"))
        rows += _history(Path(folder) / "points" / STORE_NAME)
    return rows


def _search(folder: Path, count: int) -> list[Row]:
    folder.parent.mkdir()
    store = store_of_runs(folder, count)
    rows = []
    for what, text, order in (
        ("newest", "", []),
        ("sorted by a metric", "", ["metrics.m1 DESC"]),
        ("1 % of them, sorted by a metric", _SELECTIVE, ["metrics.m1 DESC"]),
        ("a quarter of them, sorted by a metric", _BROAD, ["metrics.m1 DESC"]),
    ):
        query = RunQuery(filter=text, order_by=order)
        taken = _best(store.runs, query)
        rows.append(Row(f"first page of {count:,} runs: {what}", f"{taken:.0f} ms", "50 ms"))
    store.close()
    return rows


def _history(folder: Path) -> list[Row]:
    """A noisy loss, logged about every 3 ms, imported once a second."""
    folder.parent.mkdir()
    source = np.random.default_rng(1)
    steps = np.arange(POINTS, dtype=np.int64)
    values = np.exp(-steps / POINTS) + source.normal(0, 0.05, POINTS)
    times = 1_700_000_000_000 + np.cumsum(source.integers(2, 5, POINTS))
    store = Store.open(folder)
    for start in range(0, POINTS, 50_000):
        part = slice(start, start + 50_000)
        with store.ingest() as ingest:
            ingest.add_points(_RUN, "loss", Columns(steps[part], values[part], times[part]))
    with store.ingest():
        pass
    size = _points_bytes(store)
    whole = _best(store.history, _RUN, "loss")
    chart = _best(lambda: store.series([_RUN], "loss", max_points=2_400))
    store.close()
    return [
        Row("bytes per point in the store", f"{size / POINTS:.1f}", "12"),
        Row("history of 1,000,000 points, whole", f"{whole:.0f} ms", "80 ms"),
        Row("the same for a chart 1,200 px wide", f"{chart:.1f} ms", "15 ms"),
    ]


def _points_bytes(store: Store) -> int:
    return database_file(store.folder).stat().st_size + sum(
        path.stat().st_size for path in store.folder.glob("*-wal")
    )


def _best(call: Callable[..., Any], *args: Any) -> float:
    """Return milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call(*args)
        taken.append(time.perf_counter() - started)
    return min(taken) * 1e3
