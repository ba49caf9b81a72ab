"""Applying the log's records to the tables: what the importer calls, inside one transaction.

Exactly once comes from `set_offset`: it is in the same transaction as the rows. Most of what a
transaction says is gathered and written by `finish`, a statement for each table, so that a log of
thousands of short runs costs as little per record as one of long runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import zstandard
from sqlalchemy import Connection, Table, func, select

from lightflow_jlab.contract import records
from lightflow_jlab.contract.limits import MAX_DOCUMENT_BYTES
from lightflow_jlab.contract.param_values import param_number, param_text
from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.store import schema
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.executions import put_execution
from lightflow_jlab.store.liveness import spool_offset
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.pending_points import PendingPoints
from lightflow_jlab.store.pending_rows import PendingRows
from lightflow_jlab.store.run_datasets import put_datasets
from lightflow_jlab.store.run_experiments import RunExperiments
from lightflow_jlab.store.run_rows import RunRows
from lightflow_jlab.store.run_tags import NAME_TAG, TAG_COLUMNS, column_value
from lightflow_jlab.store.run_writers import RunWriters
from lightflow_jlab.store.sequence import next_seq
from lightflow_jlab.store.summaries import Ties


class UnknownRecord(NamedTuple):
    """A record that was kept for a program that can read it."""

    writer_id: str
    segment: int
    seq: int
    type: int
    payload: bytes


class Ingest:
    """One transaction of the importer. Not thread-safe; made by `Store.ingest`.

    What is said of a run that was deleted for good is left out.
    """

    def __init__(self, connection: Connection, *, ties: Ties = "arrival") -> None:
        self._connection = connection
        self._seq: int | None = None
        self._rows = PendingRows()
        self._points = PendingPoints(connection, ties)
        self._runs = RunRows(connection, self._take_seq)
        self._experiments = RunExperiments(connection, self._take_seq)
        self._writers = RunWriters(connection, self._rows)
        self._recovered: dict[int, int] = {}
        self._inputs: list[tuple[int, list[UsedDataset]]] = []

    # --- the log's offsets

    def offset(self, writer_id: str, segment: int) -> tuple[int, bool] | None:
        """Return up to which byte a segment is in the store, and whether that is all of it."""
        return spool_offset(self._connection, writer_id, segment)

    def set_offset(self, writer_id: str, segment: int, offset: int, *, finished: bool) -> None:
        self._rows.put(
            schema.spool_segments,
            {"writer_id": writer_id, "segment": segment, "offset": offset, "finished": finished},
        )

    def keep_unknown(
        self, writer_id: str, segment: int, seq: int, record_type: int, payload: bytes
    ) -> None:
        """Keep a record that this program can't read."""
        self._rows.put(
            schema.unknown_records,
            {
                "writer_id": writer_id,
                "segment": segment,
                "seq": seq,
                "type": record_type,
                "payload": payload,
            },
        )

    def unknown(self, types: Sequence[int]) -> list[UnknownRecord]:
        """Return the kept records of these types, in the order in which they were logged."""
        table = schema.unknown_records
        query = (
            select(*(table.c[name] for name in UnknownRecord._fields))
            .where(table.c.type.in_(types))
            .order_by(table.c.writer_id, table.c.segment, table.c.seq)
        )
        return [UnknownRecord(*row) for row in self._connection.execute(query)]

    def forget_unknown(self, record: UnknownRecord) -> None:
        self._rows.remove(schema.unknown_records, record._asdict())

    # --- who writes

    def put_writer(self, writer_id: str, process: records.Process) -> None:
        self._rows.put(
            schema.writers,
            {
                "writer_id": writer_id,
                "host": process.host,
                "boot_id": process.boot_id,
                "pid": process.pid,
                "process_start": process.start_time,
                "kernel_id": process.kernel_id,
                "start_ticks": process.start_ticks,
                "pid_namespace": process.pid_namespace,
            },
        )

    def sign_of_life(self, writer_id: str) -> None:
        """Take back that a writer was thought gone or silent: it has logged again."""
        for number in self._writers.runs_left(writer_id, ("CRASHED", "STALLED")):
            self._writers.observe(number, writer_id, "RUNNING", None)
            self._settle(number)

    def lose(self, writer_id: str, record: records.WriterGone) -> None:
        """Let the runs that a writer left open end as crashed."""
        for number in self._writers.runs_left(writer_id, ("RUNNING", "STALLED")):
            self._writers.observe(number, writer_id, "CRASHED", record.last_sign)
            self._settle(number)

    def adopt_recovered(self, writer_id: str) -> None:
        """Let a writer have begun the runs whose start was lost, so that their end is noticed."""
        while self._recovered:
            number, start_time = self._recovered.popitem()
            self._writers.join_unless_known(number, writer_id, start_time)

    def count_dropped(self, record: records.Heartbeat, writer_id: str) -> None:
        """Note how many records a writer has lost so far."""
        for number in self._writers.runs_left(writer_id, ("RUNNING",)):
            if self._writers.count_dropped(number, writer_id, record.dropped):
                self._settle(number)

    def add_execution(self, record: records.Execution, writer_id: str) -> None:
        put_execution(self._rows, record, writer_id)

    # --- experiments

    def put_experiment(self, record: records.ExperimentRecord) -> None:
        number = self._experiments.number(record.name)
        self._experiments.set(number)
        if record.description is not None:
            self._experiments.set(number, description=record.description)
        for key, value in record.tags.items():
            self._put_or_remove(
                schema.experiment_tags, {"experiment_id": number, "key": key}, value
            )

    # --- runs

    def look_up(self, run_ids: Iterable[str]) -> None:
        """Read at once what must be known of runs; others are read one by one when named."""
        self._writers.load(self._runs.look_up(run_ids))

    def start_run(self, record: records.RunStart, writer_id: str) -> None:
        if self._runs.is_removed(record.run_id):
            return
        number = self._runs.number(record.run_id)
        if number is not None:
            self._recount_experiment_of(number)
        if number is not None and record.resume:
            self._runs.set(
                number,
                status="RUNNING",
                end_time=None,
                writer_id=writer_id,
                lifecycle_stage="active",
                deleted_time=None,
            )
        else:
            values = {
                "experiment_id": self._experiments.number(
                    record.experiment_name, record.experiment_id
                ),
                "run_name": record.run_name,
                "start_time": record.start_time,
                "user_id": record.user_id,
                "source_type": record.source_type,
                "source_name": record.source_name,
                "cell_id": record.cell_id,
                "attempt": self._attempt(record),
                "parent_run_id": record.parent_run_id,
                "writer_id": writer_id,
            }
            if number is None:
                number = self._make_run(record.run_id, values)
            else:
                self._runs.set(number, **values)
        if writer_id:
            self._writers.join(number, writer_id, record.start_time)
            self._settle(number)
        self._apply_tags(number, dict(record.tags))

    def end_run(self, record: records.RunEnd, writer_id: str) -> None:
        number = self._number_or_made(record.run_id)
        if number is None:
            return
        if record.error_type:
            self._runs.set(
                number, error_type=record.error_type, error_message=record.error_message or None
            )
        self._writers.leave(number, writer_id, record.status, record.end_time, record.dropped)
        self._settle(number)

    # --- what belongs to a run

    def set_params(self, record: records.Params) -> None:
        number = self._number_or_made(record.run_id)
        if number is None:
            return
        for param in record.params:
            row = {
                "run": number,
                "key": param.key,
                "text": param_text(param),
                "number": param_number(param),
                "type": param.type,
                "origin": param.origin,
            }
            known = self._rows.get(schema.params, row)
            if param.origin != "auto" or known is None or known["origin"] == "auto":
                self._rows.put(schema.params, row)

    def set_tags(self, record: records.Tags) -> None:
        number = self._number_or_made(record.run_id)
        if number is not None:
            self._apply_tags(number, record.tags)

    def metric_info(self, record: records.MetricInfo) -> None:
        number = self._number_or_made(record.run_id)
        if number is not None:
            for key in record.keys:
                self._points.say_origin(number, key, record.origin)

    def add_points(
        self, run_id: str, key: str, points: Columns, *, origin: Origin = "user"
    ) -> None:
        """Append at least one point of one metric, in order of arrival.

        `origin` is that of a new metric; what `metric_info` said last of it comes first.
        """
        number = self._number_or_made(run_id)
        if number is not None:
            self._points.add(number, key, points, origin)

    def add_artifact(self, record: records.ArtifactRecord) -> None:
        number = self._number_or_made(record.run_id)
        if number is not None:
            self._rows.put(
                schema.artifacts,
                {
                    "run": number,
                    "path": record.path,
                    "size_bytes": record.size_bytes,
                    "media_type": record.media_type,
                    "time": record.time,
                },
            )

    def add_inputs(self, record: records.Inputs) -> None:
        number = self._number_or_made(record.run_id)
        if number is not None:
            used = [UsedDataset(*msgspec.structs.astuple(one)) for one in record.datasets]
            self._inputs.append((number, used))

    def put_document(self, record: records.DocumentRecord) -> None:
        number = self._number_or_made(record.run_id)
        if number is None:
            return
        content = record.text.encode()[:MAX_DOCUMENT_BYTES]
        digest = hashlib.sha256(content).hexdigest()
        packed = zstandard.ZstdCompressor().compress(content)
        self._rows.put(
            schema.documents, {"digest": digest, "content": packed, "size_bytes": len(content)}
        )
        self._rows.put(
            schema.run_documents,
            {
                "run": number,
                "kind": record.kind,
                "media_type": record.media_type,
                "digest": digest,
            },
        )

    # --- the transaction's end

    def finish(self) -> None:
        """Write what was gathered, and give what changed the transaction's number."""
        self._rows.write(self._connection)
        self._points.write()
        self._runs.write()
        self._experiments.write()
        for number, datasets in self._inputs:
            put_datasets(self._connection, number, self._experiment_of(number), datasets)
        self._inputs.clear()

    @property
    def seq(self) -> int | None:
        """The number of this transaction, None where nothing a reader sees has changed."""
        return self._seq

    # --- private

    def _take_seq(self) -> int:
        if self._seq is None:
            self._seq = next_seq(self._connection)
        return self._seq

    def _number_or_made(self, run_id: str) -> int | None:
        """Return a run's number, None where it was deleted for good.

        A run whose start was lost or comes later is made without it.
        """
        number = self._runs.number(run_id)
        if number is not None:
            self._runs.set(number)
            return number
        if self._runs.is_removed(run_id):
            return None
        start_time = now_milliseconds()
        number = self._make_run(
            run_id,
            {
                "experiment_id": 0,
                "run_name": f"recovered-{run_id[:6]}",
                "start_time": start_time,
                "user_id": "",
                "source_type": "LOCAL",
                "source_name": "",
                "cell_id": "",
                "attempt": 0,
            },
        )
        self._recovered[number] = start_time
        return number

    def _make_run(self, run_id: str, values: dict[str, Any]) -> int:
        number = self._runs.make(run_id, values)
        self._writers.begin(number)
        self._points.begin(number)
        self._experiments.set(values["experiment_id"])
        return number

    def _attempt(self, record: records.RunStart) -> int:
        if not record.cell_id:
            return 0
        earlier = self._connection.execute(
            select(func.count())
            .select_from(schema.runs)
            .where(
                schema.runs.c.source_name == record.source_name,
                schema.runs.c.cell_id == record.cell_id,
                schema.runs.c.run_id != record.run_id,
            )
        ).scalar_one()
        return int(earlier) + 1

    def _recount_experiment_of(self, number: int) -> None:
        """Have the feed show a run's experiment: it loses the run, or gets it back."""
        self._experiments.set(self._experiment_of(number))

    def _experiment_of(self, number: int) -> int:
        own = select(schema.runs.c.experiment_id).where(schema.runs.c.id == number)
        return int(self._connection.execute(own).scalar_one())

    def _settle(self, number: int) -> None:
        self._runs.set(number, **self._writers.settled(number))

    def _apply_tags(self, number: int, tags: dict[str, str | None]) -> None:
        for key, value in tags.items():
            if key in TAG_COLUMNS:
                if value or key != NAME_TAG:
                    self._runs.set(number, **{TAG_COLUMNS[key]: column_value(key, value)})
            else:
                self._put_or_remove(schema.tags, {"run": number, "key": key}, value)

    def _put_or_remove(self, table: Table, key: dict[str, Any], value: str | None) -> None:
        if value is None:
            self._rows.remove(table, key)
        else:
            self._rows.put(table, {**key, "value": value})
