"""What hangs on a run: documents, artifacts, points."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import zstandard
from sqlalchemy import Connection, and_, func, select

from lightflow_jlab.contract.contents import Artifact, Document, DocumentInfo, Series
from lightflow_jlab.contract.limits import check_artifact_path
from lightflow_jlab.contract.scalars import Number, encode_number
from lightflow_jlab.errors import NotFoundError, StoreDamagedError
from lightflow_jlab.store import chunks, schema
from lightflow_jlab.store.assemble import slices
from lightflow_jlab.store.chunks import Columns, Floats, Integers
from lightflow_jlab.store.commands import run_number
from lightflow_jlab.store.downsample import downsample, in_step_order, window
from lightflow_jlab.store.points import read_points
from lightflow_jlab.store.recent_points import RecentPoints, SeriesKey

SHOWN_DOCUMENT_BYTES = 1024 * 1024


class History(NamedTuple):
    """Every point of a metric in step order, points of one step in order of arrival."""

    steps: Integers
    values: Floats
    times: Integers
    """Milliseconds since the epoch."""


def document_infos(connection: Connection, run_id: str) -> list[DocumentInfo]:
    number, _ = run_number(connection, run_id)
    table = schema.run_documents
    rows = connection.execute(
        select(table.c.kind, schema.documents.c.size_bytes, table.c.media_type)
        .join(schema.documents)
        .where(table.c.run == number)
        .order_by(table.c.kind)
    )
    return [DocumentInfo(*row) for row in rows]


def document(connection: Connection, run_id: str, kind: str) -> Document:
    """Return a text of a run, its first MB. Raises `NotFoundError`."""
    number, _ = run_number(connection, run_id)
    table = schema.run_documents
    row = connection.execute(
        select(
            table.c.media_type,
            schema.documents.c.content,
            schema.documents.c.size_bytes,
            table.c.digest,
        )
        .join(schema.documents)
        .where(table.c.run == number, table.c.kind == kind)
    ).first()
    if row is None:
        raise NotFoundError(f"The run {run_id} has no document {kind!r}.")
    try:
        content = zstandard.ZstdDecompressor().decompress(row[1], max_output_size=row[2])
    except zstandard.ZstdError as error:
        raise StoreDamagedError(f"The document {kind!r} can't be read: {error}.") from error
    if hashlib.sha256(content).hexdigest() != row[3]:
        raise StoreDamagedError(f"The document {kind!r} is not what was stored.")
    return Document(
        kind=kind,
        media_type=row[0],
        text=content[:SHOWN_DOCUMENT_BYTES].decode("utf-8", "replace"),
        truncated=row[2] > SHOWN_DOCUMENT_BYTES,
    )


def document_texts(connection: Connection, numbers: Sequence[int], kind: str) -> dict[int, str]:
    """Return the texts of one kind by the runs' numbers; those over 1 MB are left out."""
    table = schema.run_documents
    rows = [
        row
        for some in slices(numbers)
        for row in connection.execute(
            select(table.c.run, schema.documents.c.content, schema.documents.c.size_bytes)
            .join(schema.documents)
            .where(
                table.c.run.in_(some),
                table.c.kind == kind,
                schema.documents.c.size_bytes <= SHOWN_DOCUMENT_BYTES,
            )
        )
    ]
    unpack = zstandard.ZstdDecompressor().decompress
    return {
        number: unpack(content, max_output_size=size_bytes).decode("utf-8", "replace")
        for number, content, size_bytes in rows
    }


def artifact_totals(connection: Connection, run_id: str) -> tuple[int, int]:
    """Return how many artifacts a run has, and their bytes."""
    number, _ = run_number(connection, run_id)
    table = schema.artifacts
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(table.c.size_bytes), 0)).where(
            table.c.run == number
        )
    ).one()
    return int(row[0]), int(row[1])


def artifacts(connection: Connection, run_id: str, path: str) -> list[Artifact]:
    """Return what lies in a folder of a run's artifacts, folders first, each by name."""
    number, _ = run_number(connection, run_id)
    prefix = f"{check_artifact_path(path)}/" if path else ""
    table = schema.artifacts
    rows = connection.execute(
        select(table.c.path, table.c.size_bytes, table.c.media_type)
        .where(table.c.run == number, table.c.path.startswith(prefix, autoescape=True))
        .order_by(table.c.path)
    )
    folders: dict[str, Artifact] = {}
    files = []
    for full, size_bytes, media_type in rows:
        name, inner, _ = full[len(prefix) :].partition("/")
        if inner:
            here = prefix + name
            folders[here] = Artifact(path=here, is_dir=True, size_bytes=0, media_type="")
        else:
            files.append(
                Artifact(path=full, is_dir=False, size_bytes=size_bytes, media_type=media_type)
            )
    return [*folders.values(), *files]


def artifact_files(
    connection: Connection, run_id: str, path: str, limit: int | None
) -> list[Artifact]:
    """Return a run's files below a folder, in whatever folders of it, by path; all with None."""
    number, _ = run_number(connection, run_id)
    prefix = f"{check_artifact_path(path)}/" if path else ""
    table = schema.artifacts
    rows = connection.execute(
        select(table.c.path, table.c.size_bytes, table.c.media_type)
        .where(table.c.run == number, table.c.path.startswith(prefix, autoescape=True))
        .order_by(table.c.path)
        .limit(limit)
    )
    return [Artifact(row.path, is_dir=False, size_bytes=row[1], media_type=row[2]) for row in rows]


def artifact(connection: Connection, run_id: str, path: str) -> Artifact:
    """Return one file among a run's artifacts. Raises `NotFoundError`."""
    number, _ = run_number(connection, run_id)
    table = schema.artifacts
    row = connection.execute(
        select(table.c.size_bytes, table.c.media_type).where(
            table.c.run == number, table.c.path == check_artifact_path(path)
        )
    ).first()
    if row is None:
        raise NotFoundError(f"The run {run_id} has no artifact {path!r}.")
    return Artifact(path=path, is_dir=False, size_bytes=row[0], media_type=row[1])


def history(connection: Connection, run_id: str, key: str) -> History:
    metrics = _metrics(connection, [run_id], key)
    if run_id not in metrics:
        raise NotFoundError(f"The run {run_id} has no metric {key!r}.")
    metric, _ = metrics[run_id]
    points = in_step_order(read_points(connection, metric))
    return History(points.steps, points.values, points.times)


def series(
    connection: Connection,
    run_ids: Sequence[str],
    key: str,
    start_step: int | None,
    end_step: int | None,
    max_points: int,
    recent: RecentPoints,
) -> list[Series]:
    """Return one metric of several runs for drawing; empty where a run doesn't have it."""
    metrics = _metrics(connection, run_ids, key)
    found = []
    for run_id in run_ids:
        points, total = chunks.empty(), 0
        if run_id in metrics:
            metric, total = metrics[run_id]
            whole = SeriesKey(run_id, key, total)
            kept = recent.get(whole)
            points = kept or in_step_order(
                read_points(connection, metric, steps=(start_step, end_step))
            )
            if kept is None and start_step is None and end_step is None:
                recent.put(whole, points)
        found.append(drawn(run_id, key, window(points, start_step, end_step), total, max_points))
    return found


def drawn(run_id: str, key: str, points: Columns, total: int, max_points: int) -> Series:
    """Return about `max_points` that stand for these points, of the `total` that the metric has."""
    fewer = downsample(points, max_points)
    return Series(
        run_id=run_id,
        key=key,
        steps=fewer.steps.tolist(),
        values=_numbers(fewer.values),
        times=fewer.times.tolist(),
        count=len(points.steps),
        total=total,
        downsampled=len(fewer.steps) < len(points.steps),
    )


def _numbers(values: Floats) -> list[Number]:
    if np.isfinite(values).all():
        return [*values.tolist()]
    return [encode_number(value) for value in values.tolist()]


def _metrics(
    connection: Connection, run_ids: Sequence[str], key: str
) -> dict[str, tuple[int, int]]:
    """Return the metric's number and its count of points, of the runs that have it."""
    runs, metrics = schema.runs, schema.metrics
    rows = connection.execute(
        select(runs.c.run_id, metrics.c.id, metrics.c.count)
        .join(metrics, and_(metrics.c.run == runs.c.id, metrics.c.key == key), isouter=True)
        .where(runs.c.run_id.in_(run_ids))
    ).all()
    for missing in set(run_ids) - {row[0] for row in rows}:
        run_number(connection, missing)
    return {row[0]: (row[1], row[2]) for row in rows if row[1] is not None}
