"""Trackio, local: a SQLite file, read as its own commands `get` and `query` do."""

from __future__ import annotations

from collections.abc import Callable

import trackio
from trackio.sqlite_storage import SQLiteStorage

from benchmarks.peers.protocol import (
    FOUND_LIMIT,
    KEY,
    RUN_NAME,
    run_metrics,
    run_name,
    run_params,
)

PROJECT = "benchmark"
SEARCH = f"""
    SELECT m.run_name FROM metrics m JOIN configs c ON c.run_id = m.run_id
    WHERE m.metrics ->> '$.metric_0' > 0.5 AND c.config ->> '$.param_0' = '3'
    ORDER BY m.metrics ->> '$.metric_1' DESC LIMIT {FOUND_LIMIT}
"""


def start(folder: str) -> Callable[[str, float, int], object]:
    trackio.init(PROJECT, name=RUN_NAME, embed=False, auto_log_gpu=False, auto_log_cpu=False)
    return lambda key, value, step: trackio.log({key: value}, step=step)


def finish() -> None:
    trackio.finish()


def reader(folder: str) -> Callable[[], int]:
    return lambda: len(SQLiteStorage.get_metric_values(PROJECT, RUN_NAME, KEY))


def fill_runs(folder: str, count: int) -> None:
    for index in range(count):
        SQLiteStorage.bulk_log(
            PROJECT, run_name(index), [run_metrics(index)], config=run_params(index)
        )


def searcher(folder: str) -> Callable[[], list[str]]:
    return lambda: [
        str(row["run_name"]) for row in SQLiteStorage.query_project(PROJECT, SEARCH)["rows"]
    ]
