"""The one counter by which everything that changed can be asked for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, CursorResult, select, update

from lightflow_jlab.store.schema import counter, meta


def next_seq(connection: Connection) -> int:
    """Return the next number; readers see it when the transaction commits."""
    statement = update(counter).values(seq=counter.c.seq + 1).returning(counter.c.seq)
    return int(connection.execute(statement).scalar_one())


def current_seq(connection: Connection) -> int:
    return int(connection.execute(select(counter.c.seq)).scalar_one())


def first_seq(connection: Connection) -> int:
    """Return the number that this database began with: who knows an earlier one knows another."""
    found = connection.execute(select(meta.c.value).where(meta.c.key == "first_seq")).scalar()
    return int(found) if found else 0


def inserted_key(made: CursorResult[Any]) -> int:
    """Return the number that an inserted row was given."""
    key = made.inserted_primary_key
    assert key is not None
    return int(key[0])
