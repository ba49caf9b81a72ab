"""A new database gets back what a damaged one held: from the logs, and from what can still be read.

Runs whose logs are whole are imported from these again. All others are copied from the damaged
database, table by table and row by row; and so is what only it knows of the former: names, notes,
tags, and what MLflow's clients wrote. Broken off, it is done again from the start: what is there
already is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, select

from lightflow_jlab.importer.kept_logs import Group, Log, groups, kept, read_logs
from lightflow_jlab.importer.retention import take_out
from lightflow_jlab.store import schema
from lightflow_jlab.store.headless import give_head
from lightflow_jlab.store.ingest import Ingest
from lightflow_jlab.store.migrate import make_database
from lightflow_jlab.store.quarantine import Quarantined, note_rebuilt
from lightflow_jlab.store.source import Row, Source
from lightflow_jlab.store.store import Store
from lightflow_jlab.store.transfer import Transfer
from lightflow_jlab.store.transfer_models import (
    take_links,
    take_logged_models,
    take_offsets,
    take_registry,
    take_tombstones,
)

RUNS_AT_ONCE = 50
COPY = "readable.db"
Tell = Callable[[str], None]


class Rebuild:
    """One damaged database into the new one; by the holder of the lease.

    `begin` comes before anything is imported, `finish` after all of the logs is.
    """

    def __init__(self, store: Store, damaged: Quarantined, tell: Tell) -> None:
        self._store = store
        self._damaged = damaged
        self._tell = tell
        self._source = open_source(damaged)
        self._transfer = Transfer(self._source) if self._source else None
        self._from_log: list[Row] = []
        self._copied = 0

    def begin(self) -> None:
        self._tell("reading the logs")
        logs = read_logs(
            self._store.folder, lambda done, of: self._tell(f"{done} of {of} log files read")
        )
        if self._transfer is None:
            return
        transfer, source = self._transfer, self._transfer.source
        writers = _writers_by_run(source)
        found = groups(logs, lambda run_id: writers.get(run_id, ()))
        whole = {run_id for group in found if group.is_whole for run_id in group.runs}
        gone = self._store.change(take_tombstones, source)
        self._store.change(transfer.take_experiments, keep_numbers=True)
        self._store.change(transfer.take_datasets)
        self._store.change(transfer.take_views)
        self._store.change(transfer.take_ledgers)
        self._copy_runs(transfer, whole, gone)
        there = set(self._store.ask(_run_ids))
        for group in found:
            if not group.is_whole and group.runs & there:
                self._store.change(_go_on_behind, source, group, logs)

    def finish(self) -> None:
        """Apply what the logs don't know to the runs that they told of."""
        told = "Nothing of it could be read; runs are back whose logs were kept."
        if self._transfer is not None:
            transfer, source = self._transfer, self._transfer.source
            there = set(self._store.ask(_run_ids))
            for row in self._from_log:
                if row["run_id"] in there:
                    self._store.change(transfer.complete_run, row)
                else:
                    self._copied += self._store.change(transfer.add_run, row)
            self._store.change(_take_models, transfer)
            lost = transfer.lost + sum(source.unread.values())
            told = (
                f"{len(self._from_log)} of its runs are back from their logs, {self._copied} were "
                f"copied from it; {lost} places in it could not be read."
            )
        self.close()
        for left in self._damaged.folder.glob("*.db*"):
            if not left.name.startswith(self._damaged.database.name):
                left.unlink(missing_ok=True)
        note_rebuilt(self._damaged, f"{told} Delete that folder when you don't need it.")

    def close(self) -> None:
        """Give back the damaged file; the next one begins anew."""
        if self._source is not None:
            self._source.close()

    def _copy_runs(self, transfer: Transfer, whole: set[str], gone: set[str]) -> None:
        there = set(self._store.ask(_run_ids))
        waiting: list[Row] = []
        for row in transfer.run_rows():
            if row["run_id"] in gone:
                continue
            if row["run_id"] in whole:
                self._from_log.append(row)
            elif row["run_id"] not in there:
                waiting.append(row)
            if len(waiting) == RUNS_AT_ONCE:
                self._add(transfer, waiting)
                waiting = []
        self._add(transfer, waiting)

    def _add(self, transfer: Transfer, rows: list[Row]) -> None:
        self._copied += self._store.change(_add_runs, transfer, rows)
        self._tell(f"{self._copied:,} runs copied")


def take_out_unknown(store: Store) -> int:
    """Put back what was put away, but is not in the database; return how many files.

    Nothing, but after a rebuild, or where the database has lost its last transactions.
    """
    known = set(store.ask(_finished))
    missing = [path for segment, path in kept(store.folder).items() if segment not in known]
    for path in missing:
        take_out(path)
    return len(missing)


def open_source(damaged: Quarantined) -> Source | None:
    """Return what can be read of a damaged database, None where that is nothing."""
    for immutable in (False, True):
        if source := _readable(damaged.database, immutable=immutable):
            return source
    blank, copy = damaged.folder / "blank.db", damaged.folder / COPY
    with suppress(OSError):
        blank.unlink(missing_ok=True)
        make_database(blank)
        for whole_page in (False, True):
            give_head(damaged.database, blank, copy, whole_page=whole_page)
            if source := _readable(copy, immutable=False):
                return source
    return None


def _readable(database: Path, *, immutable: bool) -> Source | None:
    try:
        source = Source(database, immutable=immutable)
    except sqlite3.Error:
        return None
    if source.has(schema.runs):
        return source
    source.close()
    return None


def _writers_by_run(source: Source) -> dict[str, list[str]]:
    found = {}
    for row in source.all(schema.runs):
        writers = source.where(schema.run_writers, "run", row["id"])
        found[row["run_id"]] = [writer["writer_id"] for writer in writers]
    return found


def _add_runs(connection: Connection, transfer: Transfer, rows: list[Row]) -> int:
    return sum(transfer.add_run(connection, row) for row in rows)


def _go_on_behind(
    connection: Connection, source: Source, group: Group, logs: dict[str, Log]
) -> None:
    """Have the importer go on in logs whose beginning is gone where the old database stood."""
    before = source.unread[schema.spool_segments.name]
    take_offsets(connection, source, set(group.writers))
    if source.unread[schema.spool_segments.name] == before:
        return
    ingest = Ingest(connection)
    for writer_id in group.writers & set(logs):
        for segment, end in logs[writer_id].ends.items():
            if ingest.offset(writer_id, segment) is None:
                ingest.set_offset(writer_id, segment, end, finished=True)
    ingest.finish()


def _take_models(connection: Connection, transfer: Transfer) -> None:
    source = transfer.source
    take_logged_models(connection, source, transfer.experiments)
    take_registry(connection, source)
    rows = connection.execute(select(schema.runs.c.run_id, schema.runs.c.id))
    ids = {row[0]: row[1] for row in rows}
    take_links(
        connection,
        source,
        {row["id"]: ids[row["run_id"]] for row in transfer.run_rows() if row["run_id"] in ids},
    )


def _run_ids(connection: Connection) -> list[str]:
    return list(connection.execute(select(schema.runs.c.run_id)).scalars())


def _finished(connection: Connection) -> list[tuple[str, int]]:
    table = schema.spool_segments
    rows = connection.execute(select(table.c.writer_id, table.c.segment).where(table.c.finished))
    return [(row[0], row[1]) for row in rows]
