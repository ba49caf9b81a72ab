"""Points that a transaction appends, gathered so that many metrics are written together."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.store import chunks
from lightflow_jlab.store.blocks import blocks
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.schema import chunks as chunk_table
from lightflow_jlab.store.schema import metrics
from lightflow_jlab.store.summaries import Summary, Ties, loaded, merged, stored, summary_of

CHUNK_POINTS = 65_536
"""A chunk as long as this is never written again."""

Metric = tuple[int, str]
"""A run's number and a key."""

_make = insert(metrics).returning(metrics.c.id, metrics.c.run, metrics.c.key)
_update = update(metrics).where(metrics.c.id == bindparam("number"))
_set_origin = (
    update(metrics)
    .where(metrics.c.run == bindparam("of_run"), metrics.c.key == bindparam("of_key"))
    .values(origin=bindparam("said"))
)
_remove_chunk = chunk_table.delete().where(chunk_table.c.id == bindparam("number"))


class _Growing(NamedTuple):
    """A metric that gets points."""

    number: int
    total: int
    """Points that it has already."""
    points: Columns


class _Chunk(NamedTuple):
    number: int
    start: int
    length: int


class PendingPoints:
    """Not thread-safe."""

    def __init__(self, connection: Connection, ties: Ties) -> None:
        self._connection = connection
        self._ties = ties
        self._parts: dict[Metric, list[Columns]] = {}
        self._origins: dict[Metric, Origin] = {}
        self._corrected: dict[Metric, Origin] = {}
        self._new_runs: set[int] = set()

    def begin(self, run: int) -> None:
        """Take a new run, which has no metrics."""
        self._new_runs.add(run)

    def say_origin(self, run: int, key: str, origin: Origin) -> None:
        """Say who logs a metric, also of the points that it has already."""
        self._origins[run, key] = self._corrected[run, key] = origin

    def add(self, run: int, key: str, points: Columns, origin: Origin) -> None:
        """Append at least one point, in order of arrival. A new metric has the `origin`."""
        self._parts.setdefault((run, key), []).append(points)
        self._origins.setdefault((run, key), origin)

    def write(self) -> None:
        added = {metric: chunks.join(parts) for metric, parts in self._parts.items()}
        self._parts.clear()
        growing = self._write_summaries(added)
        self._correct_origins()
        self._write_chunks(growing)

    def _write_summaries(self, added: dict[Metric, Columns]) -> list[_Growing]:
        known = self._summaries([metric for metric in added if metric[0] not in self._new_runs])
        growing: list[_Growing] = []
        changed: list[dict[str, Any]] = []
        made: list[dict[str, Any]] = []
        for metric, points in added.items():
            fresh = summary_of(points, self._ties)
            if metric in known:
                number, old = known[metric]
                growing.append(_Growing(number, old["count"], points))
                changed.append({"number": number, **stored(merged(old, fresh, self._ties))})
            else:
                run, key = metric
                made.append(
                    {"run": run, "key": key, "origin": self._origins[metric], **stored(fresh)}
                )
        if changed:
            self._connection.execute(_update, changed)
        if made:
            for number, run, key in self._connection.execute(_make, made):
                growing.append(_Growing(number, 0, added[run, key]))
        return growing

    def _summaries(self, wanted: list[Metric]) -> dict[Metric, tuple[int, Summary]]:
        """Return number and summary of those metrics that are there."""
        found = {}
        for runs, keys in _alike(wanted):
            query = select(metrics).where(metrics.c.run.in_(runs), metrics.c.key.in_(keys))
            for row in self._connection.execute(query).mappings():
                found[row["run"], row["key"]] = (row["id"], loaded(dict(row)))
        return found

    def _correct_origins(self) -> None:
        said = [
            {"of_run": run, "of_key": key, "said": origin}
            for (run, key), origin in self._corrected.items()
        ]
        if said:
            self._connection.execute(_set_origin, said)
        self._corrected.clear()
        self._origins.clear()

    def _write_chunks(self, growing: list[_Growing]) -> None:
        """Append points, joined with last chunks that are not much longer.

        As in a binary counter, a point is written again each time that its chunk about doubles: so
        neither is a long chunk rewritten for a few points, nor do short ones pile up.
        """
        last = self._last_chunks([one for one in growing if one.total])
        joined = {one.number: _to_join(one, last.get(one.number, [])) for one in growing}
        kept = self._points_of([chunk for some in joined.values() for chunk in some])
        if kept:
            self._connection.execute(_remove_chunk, [{"number": number} for number in kept])
        rows = []
        for one in growing:
            older = joined[one.number]
            points = chunks.join([*(chunks.decode(kept[c.number]) for c in older), one.points])
            rows += _rows(one.number, older[0].start if older else one.total, points)
        if rows:
            self._connection.execute(insert(chunk_table), rows)

    def _last_chunks(self, growing: list[_Growing]) -> dict[int, list[_Chunk]]:
        """Return the chunks of metrics, the last first, that may be joined with new points."""
        found: dict[int, list[_Chunk]] = {}
        table = chunk_table
        for some in blocks(growing):
            # The summaries are written: a chunk before these points is longer than any is made.
            query = (
                select(table.c.metric, table.c.id, table.c.start_index, table.c.count)
                .join(metrics, metrics.c.id == table.c.metric)
                .where(
                    metrics.c.id.in_([one.number for one in some]),
                    table.c.start_index >= metrics.c.count - CHUNK_POINTS,
                )
                .order_by(table.c.metric, table.c.start_index.desc())
            )
            for metric, *chunk in self._connection.execute(query):
                found.setdefault(metric, []).append(_Chunk(*chunk))
        return found

    def _points_of(self, wanted: list[_Chunk]) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        for some in blocks(wanted):
            query = select(chunk_table.c.id, chunk_table.c.points).where(
                chunk_table.c.id.in_([chunk.number for chunk in some])
            )
            for number, points in self._connection.execute(query):
                found[number] = points
        return found


def _alike(wanted: list[Metric]) -> list[tuple[list[int], list[str]]]:
    """Return groups of runs that want the same keys, each asked for by one query.

    Pairs can't be asked for: SQLite finds no index for them.
    """
    keys_of: dict[int, list[str]] = {}
    for run, key in wanted:
        keys_of.setdefault(run, []).append(key)
    runs_of: dict[tuple[str, ...], list[int]] = {}
    for run, keys in keys_of.items():
        runs_of.setdefault(tuple(sorted(keys)), []).append(run)
    return [
        (some, list(part))
        for keys, runs in runs_of.items()
        for some in blocks(runs)
        for part in blocks(keys)
    ]


def _to_join(one: _Growing, last: list[_Chunk]) -> list[_Chunk]:
    """Return which chunks are joined with new points, in order."""
    joined: list[_Chunk] = []
    size = len(one.points.steps)
    for chunk in last:
        if chunk.length >= 2 * size or chunk.length + size > CHUNK_POINTS:
            break
        joined.append(chunk)
        size += chunk.length
    return joined[::-1]


def _rows(metric: int, start: int, points: Columns) -> list[dict[str, Any]]:
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
    return rows
