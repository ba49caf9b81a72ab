"""What the importer asks and says of writers."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, select, update

from lightflow_jlab.contract.records import Process
from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.store.pending_rows import PendingRows
from lightflow_jlab.store.run_writers import RunWriters
from lightflow_jlab.store.schema import run_writers, runs, spool_segments, writers
from lightflow_jlab.store.sequence import next_seq

OPEN: tuple[RunStatus, ...] = ("RUNNING", "STALLED")


def spool_offset(connection: Connection, writer_id: str, segment: int) -> tuple[int, bool] | None:
    row = connection.execute(
        select(spool_segments.c.offset, spool_segments.c.finished).where(
            spool_segments.c.writer_id == writer_id, spool_segments.c.segment == segment
        )
    ).first()
    return (row[0], row[1]) if row else None


def spool_offsets(connection: Connection, writer_id: str) -> dict[int, tuple[int, bool]]:
    """Return what `spool_offset` does, for all segments of a writer."""
    table = spool_segments
    rows = connection.execute(
        select(table.c.segment, table.c.offset, table.c.finished).where(
            table.c.writer_id == writer_id
        )
    )
    return {segment: (offset, finished) for segment, offset, finished in rows}


def process_of(connection: Connection, writer_id: str) -> Process | None:
    """Return a writer's process, None where nothing of the writer has been imported."""
    query = select(writers).where(writers.c.writer_id == writer_id)
    row = connection.execute(query).mappings().first()
    return _process(row) if row else None


def open_writers(connection: Connection) -> dict[str, Process]:
    # A run that a command has ended is not judged any more.
    query = (
        select(writers)
        .join(run_writers, run_writers.c.writer_id == writers.c.writer_id)
        .join(runs, runs.c.id == run_writers.c.run)
        .where(runs.c.status.in_(OPEN), run_writers.c.status.in_(OPEN))
        .distinct()
    )
    return {row["writer_id"]: _process(row) for row in connection.execute(query).mappings()}


def _process(row: RowMapping) -> Process:
    return Process(
        host=row["host"],
        boot_id=row["boot_id"],
        pid=row["pid"],
        start_time=row["process_start"],
        kernel_id=row["kernel_id"],
        start_ticks=row["start_ticks"],
        pid_namespace=row["pid_namespace"],
    )


def observe(connection: Connection, writer_id: str, status: RunStatus, end_time: int | None) -> int:
    """Give a writer's open runs the state that an observer sees; return how many there were."""
    table = run_writers
    found = connection.execute(
        select(table.c.run)
        .join(runs, runs.c.id == table.c.run)
        .where(
            table.c.writer_id == writer_id,
            table.c.status.in_(OPEN),
            table.c.status != status,
            runs.c.status.in_(OPEN),
        )
    ).scalars()
    numbers = list(found)
    if not numbers:
        return 0
    rows = PendingRows()
    of_runs = RunWriters(connection, rows)
    of_runs.load(numbers)
    seq = next_seq(connection)
    for number in numbers:
        of_runs.observe(number, writer_id, status, end_time)
        settled = of_runs.settled(number)
        connection.execute(update(runs).where(runs.c.id == number).values(seq=seq, **settled))
    rows.write(connection)
    return len(numbers)
