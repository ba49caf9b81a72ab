"""One batch of a segment into the store's open transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from lightflow_jlab.contract import records
from lightflow_jlab.importer.segments import SegmentCursor
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Batch, Record
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.ingest import Ingest

_POINT = np.dtype(
    [("run", "<u4"), ("key", "<u4"), ("step", "<i8"), ("time", "<i8"), ("value", "<f8")]
)
_Parts = dict[tuple[int, int], list[Columns]]

Step = Callable[[Ingest, Any, SegmentCursor], None]
_STEPS: dict[int, tuple[type[msgspec.Struct], Step]] = {
    RecordType.WRITER: (records.Process, lambda i, r, c: i.put_writer(c.file.writer_id, r)),
    RecordType.RUN_START: (records.RunStart, lambda i, r, c: i.start_run(r, c.file.writer_id)),
    RecordType.RUN_END: (records.RunEnd, lambda i, r, _: i.end_run(r)),
    RecordType.PARAMS: (records.Params, lambda i, r, _: i.set_params(r)),
    RecordType.TAGS: (records.Tags, lambda i, r, _: i.set_tags(r)),
    RecordType.METRIC_INFO: (records.MetricInfo, lambda i, r, _: i.metric_info(r)),
    RecordType.ARTIFACT: (records.ArtifactRecord, lambda i, r, _: i.add_artifact(r)),
    RecordType.DOCUMENT: (records.DocumentRecord, lambda i, r, _: i.put_document(r)),
    RecordType.EXPERIMENT: (records.ExperimentRecord, lambda i, r, _: i.put_experiment(r)),
}
_OURS = {
    RecordType.DEFINE_RUN,
    RecordType.DEFINE_KEY,
    RecordType.SEGMENT_END,
    RecordType.CLOSE,
    RecordType.POINTS,
    RecordType.HEARTBEAT,
}


def apply_batch(ingest: Ingest, cursor: SegmentCursor, batch: Batch) -> int:
    """Apply a batch; return how many records and points it held.

    A record that can't be read costs itself only: it is kept for a program that can.
    """
    parts: _Parts = {}
    count = len(batch.records)
    for record in batch.records:
        if record.type == RecordType.POINTS:
            count += _collect_row(record, parts)
        elif record.type in _STEPS:
            _apply(ingest, cursor, record)
        elif record.type not in _OURS:
            _keep(ingest, cursor, record)
    count += _collect_points(batch.points, parts)
    for (run, key), columns in parts.items():
        run_id, name = cursor.runs.get(run), cursor.keys.get(key, f"unnamed-{key}")
        if run_id is not None:
            joined = Columns(*(np.concatenate(column) for column in zip(*columns, strict=True)))
            ingest.add_points(run_id, name, joined)
    return count


def _apply(ingest: Ingest, cursor: SegmentCursor, record: Record) -> None:
    kind, step = _STEPS[record.type]
    try:
        decoded = msgspec.msgpack.decode(record.payload, type=kind)
    except msgspec.DecodeError:
        _keep(ingest, cursor, record)
        return
    step(ingest, decoded, cursor)


def _keep(ingest: Ingest, cursor: SegmentCursor, record: Record) -> None:
    ingest.keep_unknown(
        cursor.file.writer_id, cursor.file.segment, record.seq, record.type, record.payload
    )


def _collect_points(bodies: bytearray, parts: _Parts) -> int:
    """Split single points by run and metric, each in order of arrival."""
    points = np.frombuffer(bodies, _POINT)
    if not len(points):
        return 0
    pairs = points["run"].astype(np.uint64) << np.uint64(32) | points["key"]
    order = np.argsort(pairs, kind="stable")
    starts = np.flatnonzero(np.diff(pairs[order])) + 1
    for group in np.split(order, starts):
        some = points[group]
        parts.setdefault((int(some["run"][0]), int(some["key"][0])), []).append(
            Columns(some["step"].copy(), some["value"].copy(), some["time"].copy())
        )
    return len(points)


def _collect_row(record: Record, parts: _Parts) -> int:
    """Take one value of each of several metrics, all at one step."""
    run, count, step, time_ms = fmt.POINTS_HEAD.unpack_from(record.payload)
    start = fmt.POINTS_HEAD.size
    if len(record.payload) != start + 12 * count:
        return 0
    keys = np.frombuffer(record.payload, "<u4", count, start)
    values = np.frombuffer(record.payload, "<f8", count, start + 4 * count)
    for index, key in enumerate(keys.tolist()):
        parts.setdefault((run, key), []).append(
            Columns(
                np.array([step], np.int64),
                values[index : index + 1],
                np.array([time_ms], np.int64),
            )
        )
    return int(count)
