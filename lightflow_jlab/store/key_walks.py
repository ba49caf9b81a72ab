"""Numbers of most of a store's runs, key by key along the index that holds them.

A row of a walk is two numbers: no key to make and to look up, as where all rows of a run are read,
which takes twice as long. Of few among many runs, or of keys that few runs have, a walk would read
too much or too often; then there is none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, Select, func, or_, select

from lightflow_jlab.store import schema

MIN_RUNS = 500
"""Of a key, on average."""
_MIN_SHARE = 0.25
"""Of the store's runs."""
_ROWS_AT_ONCE = 200

Places = NDArray[np.int64]
"""For each number of a run in the store, where the run stands; -1 where it is not asked for."""


def places(connection: Connection, numbers: Sequence[int]) -> Places:
    highest = connection.execute(select(func.max(schema.runs.c.id))).scalar()
    place = np.full((highest or 0) + 1, -1, np.int64)
    place[list(numbers)] = np.arange(len(numbers))
    return place


def walked_metrics(connection: Connection, numbers: Sequence[int]) -> list[str]:
    """Return the keys of metrics to walk along: all there are, or none."""
    return _worth_it(connection, schema.metrics.c.key, numbers)


def walked_params(
    connection: Connection, numbers: Sequence[int]
) -> tuple[list[str], list[str] | None]:
    """Return the keys of params to walk along, and the others; None for all there are.

    Only numbers are walked along: params that are a float wherever they are.
    """
    table = schema.params.c
    keys = _worth_it(connection, table.key, numbers)
    if not keys:
        return [], None
    otherwise = or_(table.type != "float", table.number.is_(None))
    # Joined with nothing, the key can't be had from the index, along which each row's type would
    # be looked up: the table is read as it lies, in a tenth of the time.
    query = select(table.key.concat("")).distinct().where(otherwise)
    others = list(connection.execute(query).scalars())
    return sorted(set(keys).difference(others)), others


def walk(
    connection: Connection, value: Column[Any], key: str, place: Places
) -> tuple[Places, list[Any]]:
    """Return where runs stand that were asked for, and their values of a key."""
    table = value.table.c
    owners, values = fetched(connection, select(table.run, value).where(table.key == key))
    at = place[np.array(owners, np.int64)]
    if (at < 0).any():
        values = [one for one, there in zip(values, (at >= 0).tolist(), strict=True) if there]
    return at[at >= 0], values


def fetched(connection: Connection, query: Select[Any]) -> list[list[Any]]:
    """Return the columns of what a query finds.

    The driver's own rows, few at a time: wrapping each would cost as much as reading it, and the
    garbage collector walks many tuples again and again.
    """
    cursor = connection.execute(query).cursor
    found: list[list[Any]] = [[] for _ in query.selected_columns]
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        for column, values in zip(found, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return found


def among(column: Column[Any], values: Sequence[Any]) -> Any:
    """Return the condition that a column has one of many values, given as one."""
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


def _worth_it(connection: Connection, key: Column[Any], numbers: Sequence[int]) -> list[str]:
    runs = connection.execute(select(func.count()).select_from(schema.runs)).scalar_one()
    if len(numbers) < max(MIN_RUNS, runs * _MIN_SHARE):
        return []
    keys = list(connection.execute(select(key).distinct().order_by(key)).scalars())
    rows = connection.execute(select(func.count()).select_from(key.table)).scalar_one()
    return keys if len(keys) * MIN_RUNS <= rows else []
