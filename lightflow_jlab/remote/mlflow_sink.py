"""To an MLflow server: the log's records as its REST calls, in the log's order.

After a kill the last part is sent again. MLflow takes it as the same: it stores equal points of a
metric once, params and tags are set to what they are, files are put in their own place.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import msgspec

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract import records
from lightflow_jlab.importer.segments import SegmentCursor, open_cursor
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_ledger import Ledger, RunState
from lightflow_jlab.remote.mlflow_runs import STATUS_TAG, MlflowRuns
from lightflow_jlab.remote.outgoing import Item, document_path, metric, param, tag
from lightflow_jlab.remote.points import points_of
from lightflow_jlab.remote.sent_files import remove_segment
from lightflow_jlab.remote.state import REFUSED
from lightflow_jlab.remote.waiting_logs import WaitingLog
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Batch, SpoolFile, discard_unbegun

READ_BYTES = 256 * 1024
"""What is sent again at most after a kill: some five thousand points."""
NOTE_TAG = "mlflow.note.content"
_STRUCTS: dict[int, type[msgspec.Struct]] = {
    RecordType.RUN_START: records.RunStart,
    RecordType.RUN_END: records.RunEnd,
    RecordType.PARAMS: records.Params,
    RecordType.TAGS: records.Tags,
    RecordType.ARTIFACT: records.ArtifactRecord,
    RecordType.DOCUMENT: records.DocumentRecord,
    RecordType.EXPERIMENT: records.ExperimentRecord,
}


class MlflowSink:
    """Sends to one server. Not thread-safe; holds the outbox's ledger until it is closed."""

    def __init__(self, outbox: Path, api: MlflowApi) -> None:
        self._outbox = outbox
        self._uri = api.uri
        self._ledger = Ledger(outbox)
        self._runs = MlflowRuns(api, self._ledger)
        self._cursors: dict[Path, SegmentCursor] = {}
        self._kept: set[Path] = set()
        """Files that the server refused; they stay where they are."""

    def close(self) -> None:
        self._ledger.close()

    def send(self, log: WaitingLog, *, is_open: bool) -> int:
        for file in log.files:
            final = not is_open or file is not log.files[-1]
            sent, done = self._send_part(log, file, final=final)
            if not done:
                return sent
            if not is_open and file is log.files[-1]:
                self._end_what_is_open(log)
            self._cursors.pop(file.path, None)
            remove_segment(self._outbox, file, self._kept)
            if sent:
                return sent
        if not is_open:
            for folder in {file.path.parent for file in log.files}:
                discard_unbegun(folder, log.writer_id)
        return 0

    def notices(self) -> dict[str, str]:
        found = {
            f"{REFUSED}{what}": f"{self._uri} refuses {count:,} {what}, which are not there. "
            f"It says: {message}"
            for what, count, message in self._ledger.refused()
        }
        if self._kept:
            found[f"{REFUSED}kept files"] = f"The files that it refused stay in {self._outbox}."
        return found

    def _send_part(self, log: WaitingLog, file: SpoolFile, *, final: bool) -> tuple[int, bool]:
        """Send a part of a segment; return its size, and whether all there will be is sent."""
        cursor = self._cursors.get(file.path)
        if cursor is None:
            known = self._ledger.position(log.writer_id, file.segment)
            cursor = open_cursor(file, known)
            if cursor is None:
                return 0, final
            self._cursors[file.path] = cursor
        batch = cursor.reader.read(cursor.offset, READ_BYTES, final=final)
        if batch.end == cursor.offset:
            return 0, final
        cursor.define_all(batch.records)
        self._apply(log.writer_id, cursor, batch)
        self._ledger.set_position(log.writer_id, file.segment, batch.end)
        size = batch.end - cursor.offset
        cursor.advance(batch)
        return size, batch.finished

    def _apply(self, writer_id: str, cursor: SegmentCursor, batch: Batch) -> None:
        part = _Part(self._runs, self._outbox, writer_id, self._kept)
        for record in batch.records:
            kind = _STRUCTS.get(record.type)
            if kind is not None:
                part.take(msgspec.msgpack.decode(record.payload, type=kind))
        for point in points_of(batch):
            run_id, key = cursor.runs.get(point.run), cursor.keys.get(point.key)
            if run_id is not None and key is not None:
                part.add(run_id, metric(key, point.value, point.time_ms, point.step))
        part.finish()

    def _end_what_is_open(self, log: WaitingLog) -> None:
        """Let the runs that a gone process left open end; their writer can't any more."""
        for run_id in self._ledger.open_runs(log.writer_id):
            self._runs.log(run_id, [tag(STATUS_TAG, "CRASHED")])
            self._runs.end(run_id, log.writer_id, RunState("CRASHED", log.last_written()))


class _Part:
    """Some records of one writer on their way."""

    def __init__(self, runs: MlflowRuns, outbox: Path, writer_id: str, kept: set[Path]) -> None:
        self._runs = runs
        self._outbox = outbox
        self._writer_id = writer_id
        self._kept = kept
        self._items: dict[str, list[Item]] = {}
        self._ends: dict[str, RunState] = {}

    def add(self, run_id: str, *items: Item) -> None:
        self._items.setdefault(run_id, []).extend(items)

    def take(self, record: Any) -> None:
        match record:
            case records.RunStart():
                self._ends.pop(record.run_id, None)
                self._runs.start(record, self._writer_id)
            case records.RunEnd():
                self._end(record)
            case records.Params():
                self.add(record.run_id, *(param(one) for one in record.params))
            case records.Tags():
                self._set_tags(record)
            case records.ArtifactRecord():
                self._send_artifact(record)
            case records.DocumentRecord():
                self._send_document(record)
            case records.ExperimentRecord():
                tags = {key: value for key, value in record.tags.items() if value is not None}
                if record.description:
                    tags[NOTE_TAG] = record.description
                self._runs.describe_experiment(record.name, tags)

    def finish(self) -> None:
        """Log what was collected, then end the runs that ended."""
        for run_id, items in self._items.items():
            self._runs.log(run_id, items)
        for run_id, state in self._ends.items():
            self._runs.end(run_id, self._writer_id, state)

    def _end(self, record: records.RunEnd) -> None:
        self._ends[record.run_id] = RunState(record.status, record.end_time)
        if record.error_type:
            self.add(
                record.run_id,
                tag("lightflow.errorType", record.error_type),
                tag("lightflow.errorMessage", record.error_message),
            )
        if record.dropped:
            self.add(record.run_id, tag("lightflow.dropped", str(record.dropped)))

    def _set_tags(self, record: records.Tags) -> None:
        for key, value in record.tags.items():
            if value is not None:
                self.add(record.run_id, tag(key, value))
                continue
            # What is set before is to be set, then removed.
            self._runs.log(record.run_id, self._items.pop(record.run_id, []))
            self._runs.remove_tag(record.run_id, key)

    def _send_artifact(self, record: records.ArtifactRecord) -> None:
        path = artifact_folder(self._outbox, record.run_id) / record.path
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if not self._runs.put_file(record.run_id, record.path, file, size):
                    self._kept.add(path)
        except FileNotFoundError:
            # Sent before a kill, and removed with the segment that names it; or removed by hand.
            return

    def _send_document(self, record: records.DocumentRecord) -> None:
        data = record.text.encode()
        path = document_path(record.kind, record.media_type)
        self._runs.put_file(record.run_id, path, io.BytesIO(data), len(data))
