"""What changed after a number: one answer for the first load, a reload and a reconnect."""

from __future__ import annotations

from sqlalchemy import Connection, select

from lightflow_jlab.contract.scalars import encode_number
from lightflow_jlab.contract.stream import (
    Changes,
    Points,
    Reset,
    SeriesDelta,
    SubscribedSeries,
)
from lightflow_jlab.store import schema
from lightflow_jlab.store.assemble import assemble_experiments, assemble_runs
from lightflow_jlab.store.points import read_points
from lightflow_jlab.store.sequence import current_seq, first_seq

_FOLLOWED = (schema.runs, schema.experiments, schema.tombstones, schema.removed_experiments)


def changes(connection: Connection, since: int, limit: int) -> Changes | Reset:
    """Return all that changed after `since`, or `Reset` where that is over `limit` objects.

    Also where the asker knows a database that was replaced by this one.
    """
    seq = current_seq(connection)
    if 0 < since < first_seq(connection) or since > seq:
        return Reset(seq=seq)
    found = {}
    for table in _FOLLOWED:
        query = select(table).where(table.c.seq > since).order_by(table.c.seq).limit(limit + 1)
        found[table.name] = connection.execute(query).mappings().all()
    if sum(len(rows) for rows in found.values()) > limit:
        return Reset(seq=seq)
    return Changes(
        seq=seq,
        experiments=assemble_experiments(connection, found["experiments"]),
        runs=assemble_runs(connection, found["runs"]),
        removed_run_ids=[row["run_id"] for row in found["tombstones"]],
        removed_experiment_ids=[str(row["experiment_id"]) for row in found["removed_experiments"]],
    )


def points_after(
    connection: Connection, subscribed: list[SubscribedSeries], max_points: int
) -> Points | None:
    """Return the points that followed what a subscriber has; None where there are none."""
    series: list[SeriesDelta] = []
    stale: list[SubscribedSeries] = []
    metrics = _metrics(connection, subscribed)
    for wanted in subscribed:
        metric, count = metrics.get((wanted.run_id, wanted.key), (0, 0))
        if count <= wanted.start:
            continue
        if count - wanted.start > max_points:
            stale.append(SubscribedSeries(wanted.run_id, wanted.key, count))
            continue
        points = read_points(connection, metric, start_index=wanted.start)
        series.append(
            SeriesDelta(
                run_id=wanted.run_id,
                key=wanted.key,
                start=wanted.start,
                steps=points.steps.tolist(),
                values=[encode_number(value) for value in points.values.tolist()],
                times=points.times.tolist(),
            )
        )
    return Points(series=series, stale=stale) if series or stale else None


def _metrics(
    connection: Connection, subscribed: list[SubscribedSeries]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Return each metric's number and its count of points, by one question for all of them."""
    runs, metrics = schema.runs, schema.metrics
    rows = connection.execute(
        select(runs.c.run_id, metrics.c.key, metrics.c.id, metrics.c.count)
        .join(metrics, metrics.c.run == runs.c.id)
        .where(
            runs.c.run_id.in_({one.run_id for one in subscribed}),
            metrics.c.key.in_({one.key for one in subscribed}),
        )
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}
