"""The one document that every view of runs in a notebook is drawn from.

It travels as `application/vnd.lightflow.view+json` in the notebook's output and as a trait of the
widget; `src/view` draws it. Sizes are bounded: at most `MAX_METRICS` metrics, `MAX_POINTS` points
per line.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, to_builtins

from lightflow_jlab.contract.contents import Series
from lightflow_jlab.contract.rest import Metric, Param, Run, RunError

VIEW_MEDIA_TYPE = "application/vnd.lightflow.view+json"
MAX_METRICS = 8
MAX_POINTS = 300


class ViewCell(Struct, frozen=True):
    cell_id: str
    execution_count: int | None
    source: str


class ViewFile(Struct, frozen=True):
    path: str
    size_bytes: int


class ViewRun(Struct, frozen=True):
    run_id: str
    run_name: str
    status: str
    start_time: int
    end_time: int | None
    params: list[Param]
    metrics: list[Metric]
    error: RunError | None
    tags: dict[str, str] = {}
    datasets: dict[str, str] = {}
    """By name and use: digest and shape."""
    packages: dict[str, str] = {}
    """Of a comparison, those that differ."""
    artifacts: list[ViewFile] = []
    verdict: str | None = None
    cells: list[ViewCell] = []
    """Its own cell first, then those that it stood on."""


class View(Struct, frozen=True):
    version: int
    kind: Literal["run", "comparison"]
    runs: list[ViewRun]
    series: list[Series]
    notes: list[str] = []
    """Sentences on the run, each a line of its own."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain dicts and lists."""
        built: dict[str, Any] = to_builtins(self)
        return built


def view_run(run: Run) -> ViewRun:
    return ViewRun(
        run.run_id,
        run.run_name,
        run.status,
        run.start_time,
        run.end_time,
        run.params,
        run.metrics,
        run.error,
        run.tags,
    )


def charted_keys(runs: list[ViewRun]) -> list[str]:
    """Return the metrics worth a chart: those with more than one point, the user's own first."""
    found: dict[str, bool] = {}
    for run in runs:
        for metric in run.metrics:
            if metric.count != 1:
                found[metric.key] = found.get(metric.key, False) or metric.origin == "user"
    return sorted(found, key=lambda key: (not found[key], key))[:MAX_METRICS]
