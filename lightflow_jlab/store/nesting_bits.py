"""What of the runs that a query finds stands at the top of its list; see `nesting`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, func, select

from lightflow_jlab.store import schema
from lightflow_jlab.store.bits import Bits, integers
from lightflow_jlab.store.chunks import Integers
from lightflow_jlab.store.nesting import IS_ATTEMPT
from lightflow_jlab.store.run_query import RunQuery

runs = schema.runs


def top_runs(connection: Connection, found: Bits, query: RunQuery) -> Bits:
    """Return the runs without those that are shown below another one that was found."""
    top = found.copy()
    if query.nested:
        children, parents = _columns(connection, _parents())
        top[children[found[parents]]] = False
    if query.folded:
        numbers, cells, attempts = _columns(connection, _attempts())
        among = found[numbers]
        numbers, cells, attempts = numbers[among], cells[among], attempts[among]
        order = np.lexsort((numbers, attempts, cells))
        is_last = np.append(np.diff(cells[order]) != 0, True)[: len(order)]
        top[numbers[order[~is_last]]] = False
    return top


def _parents() -> Select[tuple[int, int]]:
    parent = runs.alias()
    return select(runs.c.id, parent.c.id).join(parent, parent.c.run_id == runs.c.parent_run_id)


def _attempts() -> Select[tuple[int, int, int]]:
    cell = func.dense_rank().over(order_by=(runs.c.source_name, runs.c.cell_id))
    return select(runs.c.id, cell, runs.c.attempt).where(IS_ATTEMPT)


def _columns(connection: Connection, query: Select[Any]) -> list[Integers]:
    rows = query.subquery()
    texts = connection.execute(select(*(func.group_concat(column) for column in rows.c))).one()
    return [integers(text) for text in texts]
