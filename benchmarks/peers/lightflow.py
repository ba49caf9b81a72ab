"""Lightflow, into a store of its own; in the store means imported into SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import lightflow_jlab as lf
from benchmarks.peers.protocol import (
    FOUND_LIMIT,
    KEY,
    RUN_NAME,
    run_metrics,
    run_name,
    run_params,
)
from benchmarks.peers.rows import first_row, insert


def start(folder: str) -> Callable[[str, float, int], object]:
    lf.set_tracking_uri(folder)
    lf.start_run(run_name=RUN_NAME)
    return lf.log_metric


def finish() -> None:
    run = lf.active_run()
    assert run is not None
    lf.end_run()
    lf.get_run(run.info.run_id)


def reader(folder: str) -> Callable[[], int]:
    lf.set_tracking_uri(folder)
    run_id = lf.search_runs(output_format="list")[0].info.run_id
    return lambda: len(lf.metric_history(run_id, KEY))


def fill_runs(folder: str, count: int) -> None:
    """Record the first run through the API, then insert rows like its own for the others."""
    lf.set_tracking_uri(folder)
    with lf.start_run(run_name=run_name(0)):
        lf.log_params(run_params(0))
        lf.log_metrics(run_metrics(0))
    lf.search_runs(max_results=1, output_format="list")
    with sqlite3.connect(Path(folder) / ".lightflow" / "lightflow.db") as connection:
        run, param, metric = (
            first_row(connection, table) for table in ("runs", "params", "metrics")
        )
        others = [(index, 1_000 + index) for index in range(1, count)]
        insert(
            connection,
            "runs",
            [
                {**run, "id": number, "run_id": f"{index:032x}", "run_name": run_name(index)}
                for index, number in others
            ],
        )
        insert(
            connection,
            "params",
            [
                {**param, "run": number, "key": key, "text": text}
                for index, number in others
                for key, text in run_params(index).items()
            ],
        )
        insert(
            connection,
            "metrics",
            [
                {**metric, "id": None, "run": number, "key": key}
                | dict.fromkeys(("first", "last", "min", "max"), value)
                for index, number in others
                for key, value in run_metrics(index).items()
            ],
        )


def searcher(folder: str) -> Callable[[], list[str]]:
    lf.set_tracking_uri(folder)

    def search() -> list[str]:
        found = lf.search_runs(
            filter_string="metrics.metric_0 > 0.5 AND params.param_0 = '3'",
            order_by=["metrics.metric_1 DESC"],
            max_results=FOUND_LIMIT,
            output_format="list",
        )
        return [run.info.run_name for run in found]

    return search
