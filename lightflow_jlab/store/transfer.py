"""Experiments, runs and models of another database into this one.

What is there already is kept, so that doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, exists, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import IntegrityError, StatementError

from lightflow_jlab.contract.limits import RUN_ID
from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.errors import StoreDamagedError
from lightflow_jlab.store import chunks, schema
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.experiment_numbers import free_number
from lightflow_jlab.store.ingest import Ingest
from lightflow_jlab.store.sequence import inserted_key, next_seq
from lightflow_jlab.store.source import Row, Source

_OF_A_RUN = (schema.params, schema.tags, schema.artifacts, schema.run_writers)
_EDITED = ("run_name", "note", "lifecycle_stage", "deleted_time")
"""What a command may have changed of a run that the log tells of."""


@dataclass
class Transfer:
    """From one source into one store. `lost` counts what could not be taken over, by table."""

    source: Source
    experiments: dict[int, int] = field(default_factory=dict)
    """By the source's number, this store's."""
    datasets: dict[int, int] = field(default_factory=dict)
    lost: int = 0

    # --- what runs belong to

    def take_experiments(self, connection: Connection, *, keep_numbers: bool = False) -> int:
        """Take over the experiments by name; return how many were new.

        `keep_numbers`: the new ones get the source's numbers as far as these are free.
        """
        table, new = schema.experiments, 0
        for row in self.source.all(table):
            number = row["experiment_id"]
            known = connection.execute(
                select(table.c.experiment_id).where(table.c.name == row["name"])
            ).scalar()
            if known is None and number == 0:
                known = 0
            if known is not None:
                self.experiments[number] = int(known)
                continue
            values = {**row, "seq": next_seq(connection)}
            if not keep_numbers or _is_taken(connection, table.c.experiment_id, number):
                values["experiment_id"] = free_number(connection)
            connection.execute(insert(table).values(values))
            self.experiments[number] = values["experiment_id"]
            new += 1
        for number, own in self.experiments.items():
            tags = self.source.where(schema.experiment_tags, "experiment_id", number)
            self._put(connection, schema.experiment_tags, tags, experiment_id=own)
        return new

    def take_datasets(self, connection: Connection) -> None:
        table = schema.datasets
        for row in self.source.all(table):
            experiment = self.experiments.get(row["experiment_id"])
            if experiment is None:
                continue
            match = (
                table.c.experiment_id == experiment,
                table.c.name == row["name"],
                table.c.digest == row["digest"],
            )
            self._put(connection, table, [_without(row, "id")], experiment_id=experiment)
            found = connection.execute(select(table.c.id).where(*match)).scalar()
            if found is not None:
                self.datasets[row["id"]] = int(found)

    def take_views(self, connection: Connection) -> None:
        """Take over the views by name; a default view stays the only one."""
        table = schema.views
        for row in self.source.all(table):
            is_default = row["is_default"] and not _is_taken(connection, table.c.is_default, True)
            self._put(connection, table, [_without(row, "view_id")], is_default=is_default)

    def take_ledgers(self, connection: Connection) -> None:
        """Take over which cells kernels executed."""
        self._put(connection, schema.executions, self.source.all(schema.executions))
        self._put(connection, schema.cell_sources, self.source.all(schema.cell_sources))

    # --- runs

    def run_rows(self) -> Iterable[Row]:
        """Return the runs that the source has and that make sense."""
        for row in self.source.all(schema.runs):
            if RUN_ID.fullmatch(row["run_id"]):
                yield row

    def add_run(self, connection: Connection, row: Row) -> bool:
        """Take over a run that is not there yet; tell whether its row made sense."""
        values = _without(row, "id")
        values["experiment_id"] = self.experiments.get(row["experiment_id"], 0)
        values["seq"] = next_seq(connection)
        try:
            with connection.begin_nested():
                made = connection.execute(insert(schema.runs).values(values))
        except (IntegrityError, StatementError):
            self.lost += 1
            return False
        self._hang_on(connection, row, inserted_key(made))
        return True

    def complete_run(self, connection: Connection, row: Row) -> None:
        """Give a run that the log told of what only the source knows: edits, and what was not
        logged through it.
        """
        runs = schema.runs
        number = connection.execute(
            select(runs.c.id).where(runs.c.run_id == row["run_id"])
        ).scalar_one()
        edited = {name: row[name] for name in _EDITED if name in row}
        if row["end_time"] is not None:
            # Where the log has no end, it is the time at which somebody saw that nobody writes.
            seen = connection.execute(select(runs.c.status).where(runs.c.id == number)).scalar_one()
            if seen in ("RUNNING", "STALLED", "CRASHED", row["status"]):
                edited |= {"status": row["status"], "end_time": row["end_time"]}
        try:
            with connection.begin_nested():
                connection.execute(
                    update(runs)
                    .where(runs.c.id == number)
                    .values(**edited, seq=next_seq(connection))
                )
        except (IntegrityError, StatementError):
            self.lost += 1
        for tag in self.source.where(schema.tags, "run", row["id"]):
            connection.execute(
                upsert(schema.tags)
                .values(run=number, key=tag["key"], value=tag["value"])
                .on_conflict_do_update(index_elements=["run", "key"], set_={"value": tag["value"]})
            )
        self._hang_on(connection, row, int(number))

    def _hang_on(self, connection: Connection, row: Row, number: int) -> None:
        """Add what the source has of a run and the run doesn't."""
        for table in _OF_A_RUN:
            rows = self.source.where(table, "run", row["id"])
            self._put(connection, table, rows, run=number)
            if table is schema.run_writers:
                for writer in rows:
                    known = self.source.where(schema.writers, "writer_id", writer["writer_id"])
                    self._put(connection, schema.writers, known)
        for link in self.source.where(schema.run_documents, "run", row["id"]):
            document = self.source.where(schema.documents, "digest", link["digest"])
            self._put(connection, schema.documents, document)
            self._put(connection, schema.run_documents, [link], run=number)
        for table in (schema.run_datasets, schema.run_dataset_tags):
            for use in self.source.where(table, "run", row["id"]):
                if (dataset := self.datasets.get(use["dataset"])) is not None:
                    rest = _without(use, "id")
                    self._put(connection, table, [rest], run=number, dataset=dataset)
        held = select(schema.metrics.c.key).where(schema.metrics.c.run == number)
        keys = set(connection.execute(held).scalars())
        for metric in self.source.where(schema.metrics, "run", row["id"]):
            if metric["key"] not in keys:
                self._add_metric(connection, metric, number, row["run_id"])

    def _add_metric(self, connection: Connection, metric: Row, run: int, run_id: str) -> None:
        pieces = sorted(
            self.source.where(schema.chunks, "metric", metric["id"]),
            key=lambda piece: piece["start_index"] or 0,
        )
        read = [(piece, points) for piece in pieces if (points := _decoded(piece)) is not None]
        self.lost += len(pieces) - len(read)
        if not read:
            return
        if sum(len(points.steps) for _, points in read) == metric["count"]:
            try:
                with connection.begin_nested():
                    values = {**_without(metric, "id"), "run": run}
                    made = inserted_key(connection.execute(insert(schema.metrics).values(values)))
                    connection.execute(
                        insert(schema.chunks),
                        [{**_without(piece, "id"), "metric": made} for piece, _ in read],
                    )
                return
            except (IntegrityError, StatementError):
                self.lost += 1
        # A summary that fits what is left of the points.
        points = chunks.join([points for _, points in read])
        origin: Origin = "auto" if metric["origin"] == "auto" else "user"
        ingest = Ingest(connection)
        ingest.add_points(run_id, metric["key"], points, origin=origin)
        ingest.finish()

    def _put(self, connection: Connection, table: Table, rows: Iterable[Row], **own: Any) -> None:
        """Insert rows, with this store's numbers, that don't meet one that is there."""
        for row in rows:
            try:
                with connection.begin_nested():
                    connection.execute(
                        upsert(table).values({**row, **own}).on_conflict_do_nothing()
                    )
            except (IntegrityError, StatementError):
                self.lost += 1


def _decoded(piece: Row) -> Columns | None:
    try:
        points = chunks.decode(piece["points"])
    except (StoreDamagedError, TypeError, ValueError):
        return None
    return points if len(points.steps) else None


def _is_taken(connection: Connection, column: Any, number: Any) -> bool:
    return bool(connection.execute(select(exists().where(column == number))).scalar())


def _without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}
