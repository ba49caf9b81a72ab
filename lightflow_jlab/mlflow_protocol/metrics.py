"""Points of metrics, as MLflow's clients write and read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from sqlalchemy import Connection

from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.mlflow_protocol import limits, messages, requests
from lightflow_jlab.mlflow_protocol.messages import Empty
from lightflow_jlab.mlflow_protocol.pages import Page
from lightflow_jlab.store import contents, recording
from lightflow_jlab.store.chunks import Columns, empty
from lightflow_jlab.store.logged_models import ModelPoint, log_model_points

MAX_BULK_RUNS = 100
MAX_BULK_POINTS = 25_000
MAX_INTERVAL_POINTS = 2_500
_MAX_HISTORY = 2**31


def log(connection: Connection, asked: requests.LogMetric) -> Empty:
    run_id = limits.run_id(asked)
    _record(connection, run_id, [asked])
    return Empty()


def log_batch(connection: Connection, asked: requests.LogBatch) -> Empty:
    run_id = limits.run_id(asked)
    limits.batch(asked)
    _record(connection, run_id, asked.metrics or [], asked.params or [], asked.tags or [])
    return Empty()


def history(connection: Connection, asked: requests.MetricHistory) -> messages.Metrics:
    run_id = limits.run_id(asked)
    if asked.max_results is not None and asked.max_results <= 0:
        raise InvalidValueError(
            f"Invalid value {asked.max_results} for parameter 'max_results' supplied. "
            "It must be a positive integer."
        )
    page: Page[int] = Page(asked.page_token, asked.max_results or _MAX_HISTORY)
    points = _points(connection, run_id, asked.metric_key)
    order = np.lexsort((_shown(points), points.steps, points.times))
    chosen, token = page.cut(order[page.offset : page.offset + page.limit].tolist())
    metrics = _messages(points.part(np.array(chosen, np.int64)), asked.metric_key)
    return messages.Metrics(metrics=metrics, next_page_token=token)


def history_bulk(connection: Connection, asked: requests.MetricHistoryBulk) -> messages.Metrics:
    """Answer the points of one metric of several runs, run by run, up to a number in all."""
    run_ids = asked.run_id or []
    if not run_ids:
        raise InvalidValueError("GetMetricHistoryBulk request must specify at least one run_id.")
    if len(run_ids) > MAX_BULK_RUNS:
        raise InvalidValueError(
            f"GetMetricHistoryBulk request cannot specify more than {MAX_BULK_RUNS} run_ids. "
            f"Received {len(run_ids)} run_ids."
        )
    if asked.metric_key is None:
        raise InvalidValueError("GetMetricHistoryBulk request must specify a metric_key.")
    left = min(asked.max_results or MAX_BULK_POINTS, MAX_BULK_POINTS)
    found: list[messages.Metric] = []
    for run_id in sorted(set(run_ids)):
        points = _points(connection, run_id, asked.metric_key)
        order = np.lexsort((_shown(points), points.steps, points.times))[: left - len(found)]
        found += _messages(points.part(order), asked.metric_key, run_id)
    return messages.Metrics(metrics=found)


def history_interval(
    connection: Connection, asked: requests.MetricHistoryInterval
) -> messages.Metrics:
    """Answer points of several runs, evenly chosen where a run has more than `max_results`."""
    run_ids = asked.run_ids or []
    if not run_ids:
        raise InvalidValueError("Missing value for required parameter 'run_ids'.")
    if len(run_ids) > MAX_BULK_RUNS:
        raise InvalidValueError(
            "GetMetricHistoryBulkInterval request must specify at most "
            f"{MAX_BULK_RUNS} run_ids. Received {len(run_ids)} run_ids."
        )
    size = limits.results(asked.max_results, MAX_INTERVAL_POINTS, MAX_INTERVAL_POINTS)
    start, end = asked.start_step, asked.end_step
    if (start is None) != (end is None):
        raise InvalidValueError(
            "If either start step or end step are specified, both must be specified."
        )
    if start is not None and end is not None and start > end:
        raise InvalidValueError(
            "end_step must be greater than start_step. "
            f"Found start_step={start} and end_step={end}."
        )
    found: list[messages.Metric] = []
    for run_id in run_ids:
        points = _points(connection, run_id, asked.metric_key)
        points = points.part(np.lexsort((_shown(points), points.times, points.steps)))
        if start is not None and end is not None:
            points = points.part(np.flatnonzero((points.steps >= start) & (points.steps <= end)))
        found += _messages(points.part(_evenly(len(points.steps), size)), asked.metric_key, run_id)
    return messages.Metrics(metrics=found)


def _record(
    connection: Connection,
    run_id: str,
    metrics: Iterable[requests.Point],
    params: list[requests.KeyValue] | None = None,
    tags: list[requests.KeyValue] | None = None,
) -> None:
    by_key: dict[str, list[requests.Point]] = defaultdict(list)
    of_models = []
    for index, one in enumerate(metrics):
        if one.timestamp < 0:
            raise InvalidValueError(
                f"Invalid value {one.timestamp} for parameter 'metrics[{index}].timestamp' "
                "supplied: Timestamp must be a nonnegative long (64-bit integer)"
            )
        by_key[one.key].append(one)
        if one.model_id:
            of_models.append(_of_model(run_id, one))
    for key in by_key:
        limits.key("Metric", key, "name")
    recording.log(
        connection,
        run_id,
        points={key: _columns(some) for key, some in by_key.items()},
        params=limits.params(params or []),
        tags=limits.tags(tags or []),
    )
    if of_models:
        log_model_points(connection, of_models)


def _columns(points: list[requests.Point]) -> Columns:
    return Columns(
        np.array([one.step or 0 for one in points], np.int64),
        np.array([one.value for one in points], np.float64),
        np.array([one.timestamp for one in points], np.int64),
    )


def _of_model(run_id: str, point: requests.Point) -> ModelPoint:
    return ModelPoint(
        model_id=point.model_id or "",
        key=point.key,
        value=point.value,
        time=point.timestamp,
        step=point.step or 0,
        run_id=run_id,
        dataset_name=point.dataset_name or None,
        dataset_digest=point.dataset_digest or None,
    )


def _points(connection: Connection, run_id: str, key: str) -> Columns:
    """Return all points of a metric; none where there is no such run or metric, as MLflow does."""
    try:
        return Columns(*contents.history(connection, run_id, key))
    except NotFoundError:
        return empty()


def _shown(points: Columns) -> Any:
    """Return the values to sort by: MLflow keeps a NaN as 0."""
    return np.nan_to_num(points.values, nan=0.0)


def _evenly(count: int, size: int) -> Any:
    """Return indices of at most `size` of `count` points, the last among them.

    The same ones as MLflow: the first of each of `size` parts, of which the earlier are longer by
    one where they can't be equally long (SQL's NTILE), and the last point in the last one's stead.
    """
    if count <= size:
        return np.arange(count)
    part, longer = divmod(count, size)
    numbers = np.arange(size)
    starts = numbers * part + np.minimum(numbers, longer)
    starts[-1] = count - 1
    return starts


def _messages(points: Columns, key: str, run_id: str = "") -> list[messages.Metric]:
    columns = (column.tolist() for column in (points.steps, points.values, points.times))
    return [
        messages.Metric(
            key=key, value=messages.double(value), timestamp=time, step=step, run_id=run_id
        )
        for step, value, time in zip(*columns, strict=True)
    ]
