"""Many runs that log little: how long the log of a sweep takes into the store."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from sqlalchemy import Connection, Table, func, select

import lightflow_jlab as lf
from benchmarks.table import Row
from lightflow_jlab.config.locations import STORE_NAME
from lightflow_jlab.importer import Importer
from lightflow_jlab.store import Store, schema

RUNS = 2_000
PARAMS = 5
METRICS = 3


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as folder:
        _log(Path(folder).absolute())
        store = Store.open(Path(folder).absolute() / STORE_NAME)
        importer = Importer.acquire(store)
        if importer is None:
            raise SystemExit("Another process imports into the benchmark's store.")
        started = time.perf_counter()
        while importer.run_once():
            pass
        seconds = time.perf_counter() - started
        _check(store)
        importer.close()
        store.close()
    what = f"{RUNS:,} runs of {PARAMS} params and {METRICS} metrics, from the log into the store"
    return [Row(what, f"{seconds:.1f} s", "5 s")]


def _log(folder: Path) -> None:
    lf.set_tracking_uri(folder)
    for number in range(RUNS):
        with lf.start_run():
            lf.log_params({f"param_{key}": number / (key + 1) for key in range(PARAMS)})
            for key in range(METRICS):
                lf.log_metric(f"metric_{key}", float(number), step=0)
    lf.flush()


def _check(store: Store) -> None:
    """A benchmark that lost something fails."""
    counts = [
        store.ask(_count, table)
        for table in (schema.runs, schema.params, schema.metrics, schema.chunks)
    ]
    if counts != [RUNS, RUNS * PARAMS, RUNS * METRICS, RUNS * METRICS]:
        raise SystemExit(f"Runs, params, metrics and chunks in the store: {counts}.")


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
