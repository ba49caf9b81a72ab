"""A store of many runs with ten params and ten metrics each, written straight into its tables."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from lightflow_jlab.config.locations import database_file
from lightflow_jlab.store import Store, schema
from lightflow_jlab.store.engine import open_engine

KEYS = 10
_START = 1_700_000_000_000
_BATCH = 2_000


def store_of_runs(folder: Path, count: int) -> Store:
    """Return the store, open; its runs are the same at each call."""
    store = Store.open(folder)
    engine = open_engine(database_file(folder), "import")
    source = random.Random(1)
    with engine.begin() as connection:
        for first in range(1, count + 1, _BATCH):
            _fill(connection, range(first, min(first + _BATCH, count + 1)), source)
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    return store


def _fill(connection: Connection, numbers: range, source: random.Random) -> None:
    connection.execute(insert(schema.runs), [_run(number) for number in numbers])
    connection.execute(insert(schema.params), list(_params(numbers, source)))
    connection.execute(insert(schema.metrics), list(_metrics(numbers, source)))


def _run(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "run_id": f"{number * 2654435761 % 2**128:032x}",
        "experiment_id": 0,
        "run_name": f"run-{number}",
        "status": "FAILED" if number % 10 == 0 else "FINISHED",
        "lifecycle_stage": "active",
        "start_time": _START + number * 1_000,
        "end_time": _START + number * 1_000 + 60_000,
        "user_id": "ada",
        "source_type": "NOTEBOOK",
        "source_name": "study.ipynb",
        "cell_id": "",
        "attempt": 0,
        "note": "",
        "dropped": 0,
        "seq": 1,
    }


def _params(numbers: range, source: random.Random) -> Iterator[dict[str, Any]]:
    for number in numbers:
        for key in range(KEYS):
            value = source.random()
            yield {
                "run": number,
                "key": f"p{key}",
                "text": str(value),
                "number": value,
                "type": "float",
                "origin": "user",
            }


def _metrics(numbers: range, source: random.Random) -> Iterator[dict[str, Any]]:
    for number in numbers:
        for key in range(KEYS):
            value = source.random()
            yield {
                "run": number,
                "key": f"m{key}",
                "origin": "user",
                "count": 100,
                "first": 1.0,
                "first_step": 0,
                "first_time": _START,
                "last": value,
                "last_step": 99,
                "last_time": _START,
                "min": value,
                "min_step": 99,
                "max": 1.0,
                "max_step": 0,
            }
