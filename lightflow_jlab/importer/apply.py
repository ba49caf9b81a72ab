"""One batch of a segment into the store's open transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from lightflow_jlab.contract import records
from lightflow_jlab.importer.gather import gather_points
from lightflow_jlab.importer.segments import SegmentCursor
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Batch, Record
from lightflow_jlab.store.ingest import Ingest
from lightflow_jlab.store.store import Store

Step = Callable[[Ingest, Any, str], None]
"""Applies a record of a writer, which is named by its id."""
_STEPS: dict[int, tuple[type[msgspec.Struct], Step]] = {
    RecordType.WRITER: (records.Process, lambda i, r, w: i.put_writer(w, r)),
    RecordType.RUN_START: (records.RunStart, lambda i, r, w: i.start_run(r, w)),
    RecordType.RUN_END: (records.RunEnd, lambda i, r, w: i.end_run(r, w)),
    RecordType.PARAMS: (records.Params, lambda i, r, _: i.set_params(r)),
    RecordType.TAGS: (records.Tags, lambda i, r, _: i.set_tags(r)),
    RecordType.METRIC_INFO: (records.MetricInfo, lambda i, r, _: i.metric_info(r)),
    RecordType.ARTIFACT: (records.ArtifactRecord, lambda i, r, _: i.add_artifact(r)),
    RecordType.INPUTS: (records.Inputs, lambda i, r, _: i.add_inputs(r)),
    RecordType.DOCUMENT: (records.DocumentRecord, lambda i, r, _: i.put_document(r)),
    RecordType.HEARTBEAT: (records.Heartbeat, lambda i, r, w: i.count_dropped(r, w)),
    RecordType.EXECUTION: (records.Execution, lambda i, r, w: i.add_execution(r, w)),
    RecordType.WRITER_GONE: (records.WriterGone, lambda i, r, w: i.lose(w, r)),
    RecordType.EXPERIMENT: (records.ExperimentRecord, lambda i, r, _: i.put_experiment(r)),
}
_OURS = {
    RecordType.DEFINE_RUN,
    RecordType.DEFINE_KEY,
    RecordType.SEGMENT_END,
    RecordType.CLOSE,
    RecordType.POINTS,
}


class _Read(NamedTuple):
    """A record that this program understands."""

    content: Any
    step: Step


def apply_batch(ingest: Ingest, cursor: SegmentCursor, batch: Batch) -> int:
    """Apply a batch; return how many records and points it held.

    A record that can't be read costs itself only: it is kept for a program that can.
    """
    count = len(batch.records)
    understood = [read for record in batch.records if (read := _read(ingest, cursor, record))]
    rows = [record for record in batch.records if record.type == RecordType.POINTS]
    gathered = list(gather_points(batch, rows))
    named = {getattr(read.content, "run_id", None) for read in understood}
    named.update(cursor.runs.get(run) for run, _, _ in gathered)
    ingest.look_up(run_id for run_id in named if run_id is not None)
    for content, step in understood:
        if not isinstance(content, records.WriterGone):
            step(ingest, content, cursor.file.writer_id)
    for run, key, points in gathered:
        run_id, name = cursor.runs.get(run), cursor.keys.get(key, f"unnamed-{key}")
        if run_id is not None:
            origin = cursor.origins.get((run_id, name), "user")
            ingest.add_points(run_id, name, points, origin=origin)
        count += len(points.steps)
    ingest.adopt_recovered(cursor.file.writer_id)
    if count:
        ingest.sign_of_life(cursor.file.writer_id)
    for content, step in understood:
        # Behind all that the writer still said, which is a sign of its life.
        if isinstance(content, records.WriterGone):
            step(ingest, content, cursor.file.writer_id)
    return count


def apply_kept(store: Store) -> int:
    """Apply the kept records that this program can read, since it is newer than the one that kept
    them; return how many.
    """
    applied = 0
    with store.ingest() as ingest:
        for kept in ingest.unknown(list(_STEPS)):
            kind, step = _STEPS[kept.type]
            try:
                content = msgspec.msgpack.decode(kept.payload, type=kind)
            except msgspec.DecodeError:
                continue
            step(ingest, content, kept.writer_id)
            ingest.adopt_recovered(kept.writer_id)
            ingest.forget_unknown(kept)
            applied += 1
    return applied


def _read(ingest: Ingest, cursor: SegmentCursor, record: Record) -> _Read | None:
    if record.type not in _STEPS:
        if record.type not in _OURS:
            _keep(ingest, cursor, record)
        return None
    kind, step = _STEPS[record.type]
    try:
        return _Read(msgspec.msgpack.decode(record.payload, type=kind), step)
    except msgspec.DecodeError:
        _keep(ingest, cursor, record)
        return None


def _keep(ingest: Ingest, cursor: SegmentCursor, record: Record) -> None:
    ingest.keep_unknown(
        cursor.file.writer_id, cursor.file.segment, record.seq, record.type, record.payload
    )
