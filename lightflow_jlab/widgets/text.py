"""Numbers and times as people read them."""

from __future__ import annotations

import math

from lightflow_jlab.contract.rest import Metric, Param
from lightflow_jlab.contract.scalars import Number, decode_number
from lightflow_jlab.widgets.document import ViewRun

SIGNS = {
    "RUNNING": "●",
    "FINISHED": "✓",
    "FAILED": "✗",
    "KILLED": "■",
    "CRASHED": "⚡",
    "STALLED": "◌",
    "SCHEDULED": "◷",
}


def number_text(value: Number | None) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:.5g}"


def param_text(param: Param | None) -> str:
    return "–" if param is None else str(param.value)


def metric_text(metric: Metric | None) -> str:
    return "–" if metric is None else number_text(metric.last)


def duration_text(run: ViewRun, now_ms: int) -> str:
    seconds = max(0, (run.end_time or now_ms) - run.start_time) / 1000
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"


def rows_of(view_runs: list[ViewRun]) -> tuple[list[list[str]], list[list[str]]]:
    """Return rows of params and of metrics: the key, then one text for each run."""
    params = [{param.key: param for param in run.params} for run in view_runs]
    metrics = [{metric.key: metric for metric in run.metrics} for run in view_runs]
    return (
        [
            [key, *(param_text(of_run.get(key)) for of_run in params)]
            for key in sorted({key for of_run in params for key in of_run})
        ],
        [
            [key, *(metric_text(of_run.get(key)) for of_run in metrics)]
            for key in sorted({key for of_run in metrics for key in of_run})
        ],
    )


def differing(rows: list[list[str]]) -> list[list[str]]:
    return [row for row in rows if len(set(row[1:])) > 1]


def with_deltas(rows: list[list[str]], view_runs: list[ViewRun]) -> list[list[str]]:
    """Return rows of metrics with their distance from the first run's."""
    metrics = [{metric.key: metric for metric in run.metrics} for run in view_runs]
    found = []
    for key, first, *others in rows:
        base = metrics[0].get(key)
        cells = [key, first]
        for text, of_run in zip(others, metrics[1:], strict=True):
            metric = of_run.get(key)
            cells.append(text + (_delta(base, metric) if base and metric else ""))
        found.append(cells)
    return found


def _delta(base: Metric, metric: Metric) -> str:
    by = decode_number(metric.last) - decode_number(base.last)
    if by == 0 or not math.isfinite(by):
        return ""
    return f" ({'+' if by > 0 else '−'}{abs(by):.4g})"


def beside_rows(view_runs: list[ViewRun]) -> list[tuple[str, list[list[str]]]]:
    """Return what stands beside params and metrics, by title."""
    verdicts = [(run.verdict or "–").partition("\n")[0] for run in view_runs]
    return [
        ("Verdict", [["verdict", *verdicts]]),
        ("Tags", _rows([run.tags for run in view_runs])),
        ("Datasets", _rows([run.datasets for run in view_runs])),
        ("Packages", _rows([run.packages for run in view_runs])),
        (
            "Artifacts (bytes)",
            _rows([{one.path: str(one.size_bytes) for one in run.artifacts} for run in view_runs]),
        ),
    ]


def _rows(records: list[dict[str, str]]) -> list[list[str]]:
    keys = sorted({key for record in records for key in record})
    return [[key, *(record.get(key, "–") for record in records)] for key in keys]


def plain_text(view_runs: list[ViewRun], now_ms: int) -> str:
    """Return the runs as an aligned table of text."""
    params, metrics = rows_of(view_runs)
    head = ["", *(run.run_name for run in view_runs)]
    state = [
        "state",
        *(f"{SIGNS.get(run.status, '')} {run.status}" for run in view_runs),
    ]
    took = ["took", *(duration_text(run, now_ms) for run in view_runs)]
    rows = [head, state, took, *params, *metrics]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
