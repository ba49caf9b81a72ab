"""Applying the log's records to the tables: what the importer calls, inside one transaction.

Exactly once comes from `set_offset`: it is in the same transaction as the rows.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

import zstandard
from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.contract import records
from lightflow_jlab.contract.limits import MAX_DOCUMENT_BYTES
from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.store import run_writers, schema
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.liveness import spool_offset
from lightflow_jlab.store.param_values import param_number, param_text
from lightflow_jlab.store.points import Ties, append_points
from lightflow_jlab.store.run_tags import NAME_TAG, TAG_COLUMNS, column_value
from lightflow_jlab.store.sequence import inserted_key, next_seq


class Ingest:
    """One transaction of the importer. Not thread-safe; made by `Store.ingest`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seq: int | None = None
        self._numbers: dict[str, int] = {}
        self._changed: set[int] = set()
        self._origins: dict[tuple[int, str], Origin] = {}
        self._recovered: dict[int, int] = {}

    # --- the log's offsets

    def offset(self, writer_id: str, segment: int) -> tuple[int, bool] | None:
        """Return up to which byte a segment is in the store, and whether that is all of it."""
        return spool_offset(self._connection, writer_id, segment)

    def set_offset(self, writer_id: str, segment: int, offset: int, *, finished: bool) -> None:
        self._put(
            schema.spool_segments,
            {"writer_id": writer_id, "segment": segment},
            {"offset": offset, "finished": finished},
        )

    def keep_unknown(
        self, writer_id: str, segment: int, seq: int, record_type: int, payload: bytes
    ) -> None:
        """Keep a record that this program can't read."""
        self._put(
            schema.unknown_records,
            {"writer_id": writer_id, "segment": segment, "seq": seq},
            {"type": record_type, "payload": payload},
        )

    # --- who writes

    def put_writer(self, writer_id: str, process: records.Process) -> None:
        self._put(
            schema.writers,
            {"writer_id": writer_id},
            {
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
        for number in run_writers.runs_left(self._connection, writer_id, ("CRASHED", "STALLED")):
            run_writers.observe(self._connection, number, writer_id, "RUNNING", None)
            run_writers.settle(self._connection, number)
            self._changed.add(number)

    def adopt_recovered(self, writer_id: str) -> None:
        """Let a writer have begun the runs whose start was lost, so that their end is noticed."""
        while self._recovered:
            number, start_time = self._recovered.popitem()
            run_writers.join_unless_known(self._connection, number, writer_id, start_time)

    def count_dropped(self, record: records.Heartbeat, writer_id: str) -> None:
        """Note how many records a writer has lost so far."""
        for number in run_writers.runs_left(self._connection, writer_id, ("RUNNING",)):
            if run_writers.count_dropped(self._connection, number, writer_id, record.dropped):
                run_writers.settle(self._connection, number)
                self._changed.add(number)

    # --- experiments

    def put_experiment(self, record: records.ExperimentRecord) -> None:
        experiment_id = self._experiment(record.name)
        values: dict[str, Any] = {"seq": self._take_seq()}
        if record.description is not None:
            values["description"] = record.description
        self._connection.execute(
            update(schema.experiments)
            .where(schema.experiments.c.experiment_id == experiment_id)
            .values(values)
        )
        for key, value in record.tags.items():
            match = {"experiment_id": experiment_id, "key": key}
            self._set_or_delete(schema.experiment_tags, match, value)

    def _experiment(self, name: str, given_id: str | None = None) -> int:
        """Return the number of the experiment, made or restored if need be."""
        table = schema.experiments
        if given_id is not None and given_id.isdecimal():
            found = self._connection.execute(
                select(table.c.experiment_id).where(table.c.experiment_id == int(given_id))
            ).scalar()
            if found is not None:
                return int(found)
        row = self._connection.execute(
            select(table.c.experiment_id, table.c.lifecycle_stage).where(table.c.name == name)
        ).first()
        now = time.time_ns() // 1_000_000
        if row is None:
            made = self._connection.execute(
                insert(table).values(
                    name=name,
                    description="",
                    lifecycle_stage="active",
                    creation_time=now,
                    last_update_time=now,
                    seq=self._take_seq(),
                )
            )
            return inserted_key(made)
        self._connection.execute(
            update(table)
            .where(table.c.experiment_id == row[0])
            .values(lifecycle_stage="active", seq=self._take_seq())
        )
        return int(row[0])

    # --- runs

    def start_run(self, record: records.RunStart, writer_id: str) -> None:
        number = self._number(record.run_id)
        if number is not None:
            self._recount_experiment_of(number)
        if number is not None and record.resume:
            self._update(
                number,
                status="RUNNING",
                end_time=None,
                writer_id=writer_id,
                lifecycle_stage="active",
                deleted_time=None,
            )
        else:
            values = {
                "experiment_id": self._experiment(record.experiment_name, record.experiment_id),
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
                self._update(number, **values)
        if writer_id:
            run_writers.join(self._connection, number, writer_id, record.start_time)
            run_writers.settle(self._connection, number)
        self._apply_tags(number, dict(record.tags))

    def _recount_experiment_of(self, number: int) -> None:
        """Have the feed show a run's experiment: it loses the run, or gets it back."""
        own = select(schema.runs.c.experiment_id).where(schema.runs.c.id == number)
        self._connection.execute(
            update(schema.experiments)
            .where(schema.experiments.c.experiment_id == own.scalar_subquery())
            .values(seq=self._take_seq())
        )

    def end_run(self, record: records.RunEnd, writer_id: str) -> None:
        number = self._number_or_made(record.run_id)
        if record.error_type:
            self._update(
                number, error_type=record.error_type, error_message=record.error_message or None
            )
        run_writers.leave(
            self._connection, number, writer_id, record.status, record.end_time, record.dropped
        )
        run_writers.settle(self._connection, number)

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

    # --- what belongs to a run

    def set_params(self, record: records.Params) -> None:
        number = self._number_or_made(record.run_id)
        for param in record.params:
            statement = upsert(schema.params).values(
                run=number,
                key=param.key,
                text=param_text(param),
                number=param_number(param),
                type=param.type,
                origin=param.origin,
            )
            # What Lightflow finds by itself never replaces what the user said.
            keep_user = schema.params.c.origin == "auto" if param.origin == "auto" else None
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["run", "key"],
                    set_={
                        name: statement.excluded[name]
                        for name in ("text", "number", "type", "origin")
                    },
                    where=keep_user,
                )
            )

    def set_tags(self, record: records.Tags) -> None:
        self._apply_tags(self._number_or_made(record.run_id), record.tags)

    def _apply_tags(self, number: int, tags: dict[str, str | None]) -> None:
        for key, value in tags.items():
            if key in TAG_COLUMNS:
                if value or key != NAME_TAG:
                    self._update(number, **{TAG_COLUMNS[key]: column_value(key, value)})
            else:
                self._set_or_delete(schema.tags, {"run": number, "key": key}, value)

    def metric_info(self, record: records.MetricInfo) -> None:
        number = self._number_or_made(record.run_id)
        for key in record.keys:
            self._origins[number, key] = record.origin
        self._connection.execute(
            update(schema.metrics)
            .where(schema.metrics.c.run == number, schema.metrics.c.key.in_(record.keys))
            .values(origin=record.origin)
        )

    def add_points(self, run_id: str, key: str, points: Columns, ties: Ties = "arrival") -> None:
        """Append points of one metric, in order of arrival."""
        number = self._number_or_made(run_id)
        origin = self._origins.get((number, key), "user")
        append_points(self._connection, number, key, points, origin, ties)

    def add_artifact(self, record: records.ArtifactRecord) -> None:
        self._put(
            schema.artifacts,
            {"run": self._number_or_made(record.run_id), "path": record.path},
            {
                "size_bytes": record.size_bytes,
                "media_type": record.media_type,
                "time": record.time,
            },
        )

    def put_document(self, record: records.DocumentRecord) -> None:
        content = record.text.encode()[:MAX_DOCUMENT_BYTES]
        digest = hashlib.sha256(content).hexdigest()
        self._connection.execute(
            upsert(schema.documents)
            .values(
                digest=digest,
                content=zstandard.ZstdCompressor().compress(content),
                size_bytes=len(content),
            )
            .on_conflict_do_nothing()
        )
        self._put(
            schema.run_documents,
            {"run": self._number_or_made(record.run_id), "kind": record.kind},
            {"media_type": record.media_type, "digest": digest},
        )

    # --- the transaction's end

    def finish(self) -> None:
        """Give what changed the transaction's number; called before the commit."""
        if self._changed:
            self._connection.execute(
                update(schema.runs)
                .where(schema.runs.c.id.in_(self._changed))
                .values(seq=self._take_seq())
            )

    @property
    def seq(self) -> int | None:
        """The number of this transaction, None where nothing a reader sees has changed."""
        return self._seq

    # --- private

    def _take_seq(self) -> int:
        if self._seq is None:
            self._seq = next_seq(self._connection)
        return self._seq

    def _number(self, run_id: str) -> int | None:
        number = self._numbers.get(run_id)
        if number is None:
            found = self._connection.execute(
                select(schema.runs.c.id).where(schema.runs.c.run_id == run_id)
            ).scalar()
            if found is None:
                return None
            number = self._numbers[run_id] = int(found)
        self._changed.add(number)
        return number

    def _number_or_made(self, run_id: str) -> int:
        """Return a run's number; a run whose start was lost or comes later is made without it."""
        number = self._number(run_id)
        if number is not None:
            return number
        start_time = time.time_ns() // 1_000_000
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
        made = self._connection.execute(
            insert(schema.runs).values(
                run_id=run_id,
                status="RUNNING",
                lifecycle_stage="active",
                note="",
                dropped=0,
                seq=self._take_seq(),
                **values,
            )
        )
        number = self._numbers[run_id] = inserted_key(made)
        self._changed.add(number)
        self._connection.execute(
            update(schema.experiments)
            .where(schema.experiments.c.experiment_id == values["experiment_id"])
            .values(seq=self._take_seq())
        )
        return number

    def _update(self, number: int, **values: Any) -> None:
        self._connection.execute(
            update(schema.runs).where(schema.runs.c.id == number).values(values)
        )

    def _set_or_delete(self, table: Table, match: dict[str, Any], value: str | None) -> None:
        if value is None:
            conditions = [table.c[name] == wanted for name, wanted in match.items()]
            self._connection.execute(delete(table).where(*conditions))
        else:
            self._put(table, match, {"value": value})

    def _put(self, table: Table, match: dict[str, Any], values: dict[str, Any]) -> None:
        self._connection.execute(
            upsert(table)
            .values(**match, **values)
            .on_conflict_do_update(index_elements=list(match), set_=values)
        )
