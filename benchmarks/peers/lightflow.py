"""Lightflow, into a store of its own; in the store means imported into SQLite."""

from __future__ import annotations

from collections.abc import Callable

import lightflow_jlab as lf
from benchmarks.peers.protocol import (
    FOUND_LIMIT,
    KEY,
    RUN_NAME,
    run_metrics,
    run_name,
    run_params,
)


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
    lf.set_tracking_uri(folder)
    for index in range(count):
        with lf.start_run(run_name=run_name(index)):
            lf.log_params(run_params(index))
            lf.log_metrics(run_metrics(index))
    lf.search_runs(max_results=1, output_format="list")


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
