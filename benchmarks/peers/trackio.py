"""Trackio, local: a SQLite file, read as its own commands `get` and `query` do."""

from __future__ import annotations

import json
import sqlite3
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
from benchmarks.peers.rows import first_row, insert

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
    """Record the first run through the API, then insert rows like its own for the others."""
    SQLiteStorage.bulk_log(PROJECT, run_name(0), [run_metrics(0)], config=run_params(0))
    with sqlite3.connect(SQLiteStorage.get_project_db_path(PROJECT)) as connection:
        for table, column, values in (
            ("metrics", "metrics", run_metrics),
            ("configs", "config", run_params),
        ):
            first = first_row(connection, table)
            rows = [
                {
                    **first,
                    "id": None,
                    "run_id": run_name(index),
                    "run_name": run_name(index),
                    column: json.dumps(values(index), separators=(",", ":")).encode(),
                }
                for index in range(1, count)
            ]
            insert(connection, table, rows)


def searcher(folder: str) -> Callable[[], list[str]]:
    return lambda: [
        str(row["run_name"]) for row in SQLiteStorage.query_project(PROJECT, SEARCH)["rows"]
    ]
