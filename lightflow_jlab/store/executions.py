"""The ledger: which cells kernels executed, in their order, tracked or not."""

from __future__ import annotations

from typing import NamedTuple

import zstandard
from sqlalchemy import ColumnElement, Connection, delete, exists, not_, select

from lightflow_jlab.contract import records
from lightflow_jlab.contract.limits import MAX_DOCUMENT_BYTES
from lightflow_jlab.errors import StoreDamagedError
from lightflow_jlab.store.commands import run_number
from lightflow_jlab.store.pending_rows import PendingRows
from lightflow_jlab.store.schema import cell_sources, executions, run_writers


class ExecutedCell(NamedTuple):
    writer_id: str
    """The kernel, as the log knows it."""
    number: int
    source_name: str
    """The notebook; '' where it is not known."""
    cell_id: str
    execution_count: int
    time: int
    """When it ended, in ms since the epoch; 0 where it ran before anybody took note."""
    succeeded: bool
    source: str | None
    """None where it was lost."""


def put_execution(rows: PendingRows, record: records.Execution, writer_id: str) -> None:
    """Write what the log says of an execution with the transaction's other rows."""
    rows.put(
        executions,
        {
            "writer_id": writer_id,
            "number": record.number,
            "source_name": record.source_name,
            "cell_id": record.cell_id,
            "digest": record.digest,
            "execution_count": record.execution_count,
            "time": record.time,
            "succeeded": record.succeeded,
        },
    )
    if record.source is not None:
        content = record.source.encode()[:MAX_DOCUMENT_BYTES]
        rows.put(
            cell_sources,
            {
                "digest": record.digest,
                "content": zstandard.ZstdCompressor().compress(content),
                "size_bytes": len(content),
            },
        )


def executed_by(connection: Connection, writer_id: str) -> list[ExecutedCell]:
    """Return what one kernel executed; empty where it has no ledger."""
    return _found(connection, executions.c.writer_id == writer_id)


def executed_for(connection: Connection, run_id: str) -> list[ExecutedCell]:
    """Return what the kernels executed that recorded a run. Raises `NotFoundError`."""
    number, _ = run_number(connection, run_id)
    writers = select(run_writers.c.writer_id).where(run_writers.c.run == number)
    return _found(connection, executions.c.writer_id.in_(writers))


def remove_ledgers(connection: Connection, writer_ids: list[str]) -> None:
    """Remove the ledgers of those of some kernels that no run is left of."""
    has_runs = exists().where(run_writers.c.writer_id == executions.c.writer_id)
    connection.execute(
        delete(executions).where(executions.c.writer_id.in_(writer_ids), not_(has_runs))
    )
    is_used = exists().where(executions.c.digest == cell_sources.c.digest)
    connection.execute(delete(cell_sources).where(not_(is_used)))


def _found(connection: Connection, wanted: ColumnElement[bool]) -> list[ExecutedCell]:
    one = executions.c
    rows = connection.execute(
        select(
            *(one.writer_id, one.number, one.source_name, one.cell_id, one.execution_count),
            *(one.time, one.succeeded, cell_sources.c.content, cell_sources.c.size_bytes),
        )
        .join(cell_sources, cell_sources.c.digest == one.digest, isouter=True)
        .where(wanted)
        .order_by(one.writer_id, one.number)
    )
    return [ExecutedCell(*row[:-2], _text(row.content, row.size_bytes)) for row in rows]


def _text(content: bytes | None, size_bytes: int) -> str | None:
    if content is None:
        return None
    try:
        text = zstandard.ZstdDecompressor().decompress(content, max_output_size=size_bytes)
    except zstandard.ZstdError as error:
        raise StoreDamagedError(f"The source of a cell can't be read: {error}.") from error
    return text.decode("utf-8", "replace")
