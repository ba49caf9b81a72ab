"""What the importer asks and says of writers."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from lightflow_jlab.contract.records import Process
from lightflow_jlab.store.schema import runs, spool_segments, writers
from lightflow_jlab.store.sequence import next_seq


def spool_offset(connection: Connection, writer_id: str, segment: int) -> tuple[int, bool] | None:
    row = connection.execute(
        select(spool_segments.c.offset, spool_segments.c.finished).where(
            spool_segments.c.writer_id == writer_id, spool_segments.c.segment == segment
        )
    ).first()
    return (row[0], row[1]) if row else None


def open_writers(connection: Connection) -> dict[str, Process]:
    query = (
        select(writers)
        .join(runs, runs.c.writer_id == writers.c.writer_id)
        .where(runs.c.status == "RUNNING")
        .distinct()
    )
    return {
        row["writer_id"]: Process(
            host=row["host"],
            boot_id=row["boot_id"],
            pid=row["pid"],
            start_time=row["process_start"],
            kernel_id=row["kernel_id"],
        )
        for row in connection.execute(query).mappings()
    }


def mark_crashed(connection: Connection, writer_id: str, end_time: int) -> int:
    """The end is the last sign of life, never before the run's start."""
    changed = connection.execute(
        update(runs)
        .where(runs.c.writer_id == writer_id, runs.c.status == "RUNNING")
        .values(
            status="CRASHED",
            end_time=func.max(runs.c.start_time, end_time),
            seq=next_seq(connection),
        )
    )
    return int(changed.rowcount)
