"""Rows that a transaction puts or removes, gathered: one statement writes all of a table."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Delete, Table, bindparam, delete, or_
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.store.schema import cell_sources, documents, params

Row = dict[str, Any]


class PendingRows:
    """The last word on each row of each table, known by its primary key. Not thread-safe."""

    def __init__(self) -> None:
        self._rows: dict[Table, dict[tuple[Any, ...], Row | None]] = {}

    def put(self, table: Table, row: Row) -> None:
        """Write a whole row, whether or not one with its key is there."""
        self._rows.setdefault(table, {})[_key(table, row)] = row

    def remove(self, table: Table, key: Row) -> None:
        self._rows.setdefault(table, {})[_key(table, key)] = None

    def get(self, table: Table, key: Row) -> Row | None:
        """Return the row that is to be put; what the table holds is not looked at."""
        return self._rows.get(table, {}).get(_key(table, key))

    def write(self, connection: Connection) -> None:
        """Write all, tables in the order in which they were named first."""
        for table, rows in self._rows.items():
            gone = [key for key, row in rows.items() if row is None]
            kept = [row for row in rows.values() if row is not None]
            if gone:
                names = [f"key_{name}" for name in _key_names(table)]
                connection.execute(
                    _removal(table), [dict(zip(names, key, strict=True)) for key in gone]
                )
            if kept:
                connection.execute(_putting(table), kept)
        self._rows.clear()


@cache
def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _key_names(table))


@cache
def _putting(table: Table) -> Insert:
    statement = upsert(table)
    names = _key_names(table)
    others = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in names
    }
    if table in (documents, cell_sources):
        return statement.on_conflict_do_nothing()
    where = None
    if table is params:
        # What Lightflow finds by itself never replaces what the user said.
        where = or_(statement.excluded["origin"] != "auto", params.c.origin == "auto")
    return statement.on_conflict_do_update(index_elements=list(names), set_=others, where=where)


@cache
def _removal(table: Table) -> Delete:
    return delete(table).where(
        *(table.c[name] == bindparam(f"key_{name}") for name in _key_names(table))
    )
