"""Many runs into a tracker's SQLite file, as copies of one that its API recorded."""

from __future__ import annotations

import sqlite3


def first_row(connection: sqlite3.Connection, table: str) -> dict[str, object]:
    cursor = connection.execute(f"SELECT * FROM {table} LIMIT 1")
    return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))


def insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, object]]) -> None:
    """Insert rows; a key of None is given by SQLite."""
    names = list(rows[0])
    named = ", ".join(f":{name}" for name in names)
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({named})", rows)
