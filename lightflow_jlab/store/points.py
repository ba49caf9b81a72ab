"""Reading a metric's points back from its chunks."""

from __future__ import annotations

from sqlalchemy import Connection, select

from lightflow_jlab.store import chunks
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.schema import chunks as chunk_table


def read_points(
    connection: Connection,
    metric: int,
    *,
    start_index: int = 0,
    steps: tuple[int | None, int | None] = (None, None),
) -> Columns:
    """Return points in order of arrival, from the chunks that hold any of those asked for."""
    query = select(chunk_table.c.start_index, chunk_table.c.points).where(
        chunk_table.c.metric == metric
    )
    if start_index:
        query = query.where(chunk_table.c.start_index + chunk_table.c.count > start_index)
    if steps[0] is not None:
        query = query.where(chunk_table.c.last_step >= steps[0])
    if steps[1] is not None:
        query = query.where(chunk_table.c.first_step <= steps[1])
    rows = connection.execute(query.order_by(chunk_table.c.start_index)).all()
    columns = chunks.join([chunks.decode(row[1]) for row in rows])
    if start_index and rows:
        skip = max(0, start_index - rows[0][0])
        columns = columns.part(slice(skip, None))
    return columns
