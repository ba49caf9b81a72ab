"""Another store's tables as they can be read: all of an intact database, what is left of a damaged
one. Nothing is written.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table

Row = dict[str, Any]

_FARTHEST_STEP = 1 << 40


class Source:
    """Rows by table. Used by one thread at a time.

    Where a damaged page stands in the way, the rows behind it are still found; `unread` counts
    the places, by table.
    """

    def __init__(self, database: Path, *, immutable: bool = False) -> None:
        # Not `mode=rw`: that would write the log's content into the file that is to stay as it is.
        mode = "mode=ro&immutable=1" if immutable else "mode=ro"
        self._raw = sqlite3.connect(
            f"{database.absolute().as_uri()}?{mode}", uri=True, timeout=10, check_same_thread=False
        )
        self._raw.text_factory = lambda data: data.decode("utf-8", "replace")
        self._columns: dict[str, list[str]] = {}
        self._scanned: dict[tuple[str, str], dict[Any, list[int]]] = {}
        self.unread: Counter[str] = Counter()

    def close(self) -> None:
        self._raw.close()

    def has(self, table: Table) -> bool:
        """Tell whether the database has a table that can be found."""
        return bool(self._columns_of(table))

    def all(self, table: Table) -> Iterator[Row]:
        """Return the rows of a table that has row numbers, in their order."""
        names = self._columns_of(table)
        if not names:
            return
        text = f'SELECT rowid, {_listed(names)} FROM "{table.name}"'  # noqa: S608 - our own names
        for _, *values in self._walk(table, text):
            yield from self._sound(table, [values])

    def where(self, table: Table, column: str, value: Any) -> list[Row]:
        """Return the rows of a table that have a value in a column that an index leads to."""
        names = self._columns_of(table)
        if not names:
            return []
        text = f'SELECT {_listed(names)} FROM "{table.name}" WHERE "{column}" = ?'  # noqa: S608 - our own names
        known = self._scanned.get((table.name, column))
        if known is None:
            try:
                return self._sound(table, self._raw.execute(text, (value,)).fetchall())
            except sqlite3.Error:
                self.unread[table.name] += 1
                if not _has_row_numbers(table):
                    return []
                known = self._scanned[table.name, column] = self._scan(table, column)
        return [row for number in known.get(value, []) for row in self._row(table, number)]

    def _row(self, table: Table, number: int) -> list[Row]:
        names = self._columns_of(table)
        text = f'SELECT {_listed(names)} FROM "{table.name}" WHERE rowid = ?'  # noqa: S608 - our own names
        try:
            return self._sound(table, self._raw.execute(text, (number,)).fetchall())
        except sqlite3.Error:
            self.unread[table.name] += 1
            return []

    def _sound(self, table: Table, found: Iterable[Sequence[Any]]) -> list[Row]:
        """Return those rows whose values are of the columns' types: damage may show as others."""
        names, rows = self._columns_of(table), []
        for values in found:
            row = dict(zip(names, values, strict=True))
            if all(_fits(table.c[name], value) for name, value in row.items()):
                rows.append(row)
            else:
                self.unread[table.name] += 1
        return rows

    def _scan(self, table: Table, column: str) -> dict[Any, list[int]]:
        """Return the numbers of the rows by a column's value, without the index."""
        numbers: dict[Any, list[int]] = defaultdict(list)
        text = f'SELECT rowid, "{column}" FROM "{table.name}"'  # noqa: S608 - our own names
        for number, value in self._walk(table, text):
            numbers[value].append(number)
        return numbers

    def _walk(self, table: Table, text: str) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a query in the order of their numbers, which come first in it."""
        last: int | None = -1
        while last is not None:
            try:
                for row in self._raw.execute(
                    f"{text} NOT INDEXED WHERE rowid > ? ORDER BY rowid", (last,)
                ):
                    yield row
                    last = row[0]
                return
            except sqlite3.Error:
                assert last is not None
                last = self._next_readable(table, last)

    def _next_readable(self, table: Table, last: int) -> int | None:
        """Return a number behind `last` from which rows can be read again, None without one."""
        self.unread[table.name] += 1
        text = (
            f'SELECT rowid FROM "{table.name}" NOT INDEXED WHERE rowid > ? ORDER BY rowid LIMIT 1'  # noqa: S608 - our own names
        )
        step, low = 1, last
        while step < _FARTHEST_STEP:
            try:
                row = self._raw.execute(text, (last + step,)).fetchone()
            except sqlite3.Error:
                low, step = last + step, step * 2
                continue
            high = last + step
            while high - low > 1:
                middle = (low + high) // 2
                try:
                    row = self._raw.execute(text, (middle,)).fetchone()
                    high = middle
                except sqlite3.Error:
                    low = middle
            return None if row is None else high
        return None

    def _columns_of(self, table: Table) -> list[str]:
        if table.name not in self._columns:
            try:
                found = self._raw.execute(f'PRAGMA table_info("{table.name}")').fetchall()
            except sqlite3.Error:
                self.unread[table.name] += 1
                found = []
            there = {row[1] for row in found}
            self._columns[table.name] = [
                column.name for column in table.columns if column.name in there
            ]
        return self._columns[table.name]


def _fits(column: Column[Any], value: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    wanted = column.type.python_type
    return isinstance(value, (int, float) if wanted is float else wanted) or (
        wanted is bool and value in (0, 1)
    )


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _has_row_numbers(table: Table) -> bool:
    return bool(table.dialect_options["sqlite"]["with_rowid"])
