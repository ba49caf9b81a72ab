"""Aim, a repository in a folder; searched by its Python expressions, sorted after.

Its readers see a run once it is indexed, which its server does in the background; here by hand.
"""

from __future__ import annotations

from collections.abc import Callable

import aim
from aim.storage.context import Context

from benchmarks.peers.protocol import (
    FOUND_LIMIT,
    KEY,
    RUN_NAME,
    run_metrics,
    run_name,
    run_params,
)

FILTER = "run.metrics['metric_0', {}].last > 0.5 and run.param_0 == '3'"
_runs: list[aim.Run] = []


def _open(folder: str, name: str) -> aim.Run:
    run = aim.Run(repo=folder, system_tracking_interval=None)
    run.name = name
    return run


def _indexed(folder: str) -> aim.Repo:
    repo = aim.Repo(folder)
    repo._recreate_index()
    return repo


def start(folder: str) -> Callable[[str, float, int], object]:
    run = _open(folder, RUN_NAME)
    _runs.append(run)
    return lambda key, value, step: run.track(value, name=key, step=step)


def finish() -> None:
    _runs.pop().close()


def reader(folder: str) -> Callable[[], int]:
    run = next(iter(_indexed(folder).iter_runs()))

    def read() -> int:
        steps, values = run.get_metric(KEY, Context({})).values.sparse_numpy()
        assert len(steps) == len(values)
        return len(values)

    return read


def fill_runs(folder: str, count: int) -> None:
    for index in range(count):
        run = _open(folder, run_name(index))
        for key, text in run_params(index).items():
            run[key] = text
        for key, value in run_metrics(index).items():
            run.track(value, name=key, step=0)
        run.close()


def searcher(folder: str) -> Callable[[], list[str]]:
    repo = _indexed(folder)

    def search() -> list[str]:
        found = [one.run for one in repo.query_runs(FILTER, report_mode=0).iter_runs()]
        found.sort(key=lambda run: -run.get_metric("metric_1", Context({})).values.last()[1])
        return [run.name for run in found[:FOUND_LIMIT]]

    return search
