"""A metric's points: appending them to its chunks and its summary, and reading them back."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from sqlalchemy import Connection, insert, select, update

from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.store import chunks
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.schema import chunks as chunk_table
from lightflow_jlab.store.schema import metrics
from lightflow_jlab.store.sequence import inserted_key

CHUNK_POINTS = 65_536
"""A chunk as long as this is never written again."""
_MOST_JOINED = 20

Ties = Literal["arrival", "value"]
"""Which of two points of one step and time is the last: the later, or (MLflow) the greater."""


def append_points(
    connection: Connection,
    run: int,
    key: str,
    points: Columns,
    origin: Origin,
    ties: Ties = "arrival",
) -> None:
    """Append at least one point, in order of arrival."""
    row = (
        connection.execute(select(metrics).where(metrics.c.run == run, metrics.c.key == key))
        .mappings()
        .first()
    )
    summary = _summary(points)
    if row is None:
        made = connection.execute(
            insert(metrics).values(run=run, key=key, origin=origin, **_stored(summary))
        )
        metric, count = inserted_key(made), 0
    else:
        metric, count = row["id"], row["count"]
        merged = _merged(_loaded(row), summary, ties)
        connection.execute(update(metrics).where(metrics.c.id == metric).values(_stored(merged)))
    _append_chunks(connection, metric, count, points)


def read_points(
    connection: Connection,
    metric: int,
    *,
    start_index: int = 0,
    steps: tuple[int | None, int | None] = (None, None),
) -> Columns:
    """Return points in order of arrival, from the chunks that hold any of those asked for."""
    query = select(chunk_table.c.start_index, chunk_table.c.points).where(
        chunk_table.c.metric == metric
    )
    if start_index:
        query = query.where(chunk_table.c.start_index + chunk_table.c.count > start_index)
    if steps[0] is not None:
        query = query.where(chunk_table.c.last_step >= steps[0])
    if steps[1] is not None:
        query = query.where(chunk_table.c.first_step <= steps[1])
    rows = connection.execute(query.order_by(chunk_table.c.start_index)).all()
    columns = chunks.join([chunks.decode(row[1]) for row in rows])
    if start_index and rows:
        skip = max(0, start_index - rows[0][0])
        columns = columns.part(slice(skip, None))
    return columns


def _append_chunks(connection: Connection, metric: int, count: int, points: Columns) -> None:
    """Append points, joined with last chunks that are not much longer.

    As in a binary counter, a point is written again each time that its chunk about doubles: so
    neither is a long chunk rewritten for a few points, nor do short ones pile up.
    """
    start = count
    older = connection.execute(
        select(chunk_table.c.id, chunk_table.c.start_index, chunk_table.c.count)
        .where(chunk_table.c.metric == metric)
        .order_by(chunk_table.c.start_index.desc())
        .limit(_MOST_JOINED)
    ).all()
    joined = []
    for number, first, length in older:
        size = count - start + len(points.steps)
        if length >= 2 * size or length + size > CHUNK_POINTS:
            break
        joined.append(number)
        start = first
    if joined:
        these = chunk_table.c.id.in_(joined)
        kept = connection.execute(
            select(chunk_table.c.points).where(these).order_by(chunk_table.c.start_index)
        )
        points = chunks.join([*(chunks.decode(data) for data in kept.scalars()), points])
        connection.execute(chunk_table.delete().where(these))
    rows = []
    for first in range(0, len(points.steps), CHUNK_POINTS):
        part = points.part(slice(first, first + CHUNK_POINTS))
        rows.append(
            {
                "metric": metric,
                "start_index": start + first,
                "count": len(part.steps),
                "first_step": int(part.steps.min()),
                "last_step": int(part.steps.max()),
                "points": chunks.encode(part),
            }
        )
    connection.execute(insert(chunk_table), rows)


def _summary(points: Columns) -> dict[str, Any]:
    """Summarise points: first and last by (step, time, arrival), least and greatest without NaN."""
    order = np.lexsort((points.times, points.steps))
    first, last = order[0], order[-1]
    values = points.values
    present = np.flatnonzero(~np.isnan(values))
    # Not nanargmin: it takes a NaN for infinite, and so for the least where all others are.
    least = int(present[values[present].argmin()]) if len(present) else 0
    greatest = int(present[values[present].argmax()]) if len(present) else 0
    return {
        "count": len(values),
        "first": float(values[first]),
        "first_step": int(points.steps[first]),
        "first_time": int(points.times[first]),
        "last": float(values[last]),
        "last_step": int(points.steps[last]),
        "last_time": int(points.times[last]),
        "min": float(values[least]),
        "min_step": int(points.steps[least]),
        "max": float(values[greatest]),
        "max_step": int(points.steps[greatest]),
    }


def _merged(old: dict[str, Any], new: dict[str, Any], ties: Ties) -> dict[str, Any]:
    merged = {**old, "count": old["count"] + new["count"]}
    if (new["first_step"], new["first_time"]) < (old["first_step"], old["first_time"]):
        merged |= {name: new[name] for name in ("first", "first_step", "first_time")}
    ends = [(one["last_step"], one["last_time"]) for one in (old, new)]
    if ends[1] > ends[0] or (
        ends[1] == ends[0] and (ties == "arrival" or new["last"] > old["last"])
    ):
        merged |= {name: new[name] for name in ("last", "last_step", "last_time")}
    if not math.isnan(new["min"]) and not new["min"] >= old["min"]:
        merged |= {name: new[name] for name in ("min", "min_step")}
    if not math.isnan(new["max"]) and not new["max"] <= old["max"]:
        merged |= {name: new[name] for name in ("max", "max_step")}
    return merged


_VALUES = ("first", "last", "min", "max")


def _stored(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a summary as its row: NaN is NULL."""
    return {
        name: None if name in _VALUES and math.isnan(value) else value
        for name, value in summary.items()
    }


def _loaded(row: Any) -> dict[str, Any]:
    return {
        name: math.nan if value is None and name in _VALUES else value
        for name, value in row.items()
        if name not in ("id", "run", "key", "origin")
    }
