"""The runs in which a word of the search box stands, as sets of numbers.

`matching` says the same in SQL, run by run. Here keys are looked at once and not once a run, and
params that are numbers only for words that a number may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal, or_, select, text

from lightflow_jlab.store import schema

_OF_NUMBERS = re.compile(r"[0-9.e+\-]*")
_NAMED = ("true", "false", "nan", "infinity", "-infinity", "none")
_MOST_KEYS = 1_000

runs, params, tags = schema.runs, schema.params, schema.tags


def mentions(connection: Connection, word: str) -> Iterator[Select[tuple[int]]]:
    """Return selects of run numbers; a run that is in any of them holds the word."""
    word = _lower(word)
    yield select(runs.c.id).where(
        or_(
            *(
                _holds(column, word)
                for column in (runs.c.run_name, runs.c.note, runs.c.source_name, runs.c.status)
            ),
            runs.c.run_id.startswith(word, autoescape=True),
        )
    )
    yield from _held(connection, tags, tags.c.value, word)
    only_texts = None if _may_be_number(word) else params.c.number.is_(None)
    yield from _held(connection, params, params.c.text, word, only_texts)


def _held(
    connection: Connection,
    table: Table,
    value: ColumnElement[str],
    word: str,
    only: ColumnElement[bool] | None = None,
) -> Iterator[Select[tuple[int]]]:
    """Find a word in `key=value` of a table's rows; of values only in those that `only` names."""
    numbers = select(table.c.run)
    keys = _keys(connection, table)
    whole = [key for key in keys if word in f"{_lower(key)}="]
    if whole:
        yield numbers.where(_among(table, whole))
    within = numbers.where(_holds(value, word))
    if only is not None:
        within = within.where(only)
        if len(keys) <= _MOST_KEYS:
            # The index begins with the key.
            within = within.where(table.c.key.in_(keys))
    yield within
    for at in (at for at, sign in enumerate(word) if sign == "="):
        ends, begins = word[:at], word[at + 1 :]
        some = [key for key in keys if _lower(key).endswith(ends)]
        if some and begins:
            begun = func.substr(func.lower(value), 1, len(begins)) == begins
            yield numbers.where(_among(table, some), begun)


def _among(table: Table, keys: list[str]) -> ColumnElement[bool]:
    return or_(
        *(table.c.key.in_(keys[at : at + _MOST_KEYS]) for at in range(0, len(keys), _MOST_KEYS))
    )


def _keys(connection: Connection, table: Table) -> list[str]:
    """Return the keys of all rows; the index is entered once for each of them."""
    found = connection.execute(
        text(
            f"WITH RECURSIVE each(key) AS (SELECT min(key) FROM {table.name} UNION ALL "  # noqa: S608 - our own names
            f"SELECT (SELECT min(key) FROM {table.name} WHERE key > each.key) FROM each "
            "WHERE each.key IS NOT NULL) SELECT key FROM each WHERE key IS NOT NULL"
        )
    )
    return list(found.scalars())


def _holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    plain = column if not any("a" <= sign <= "z" for sign in word) else func.lower(column)
    return func.instr(plain, literal(word)) > 0


def _may_be_number(word: str) -> bool:
    return bool(_OF_NUMBERS.fullmatch(word)) or any(word in name for name in _NAMED)


def _lower(word: str) -> str:
    """Return what SQLite's `lower` does: it knows the letters of ASCII."""
    return "".join(sign.lower() if sign.isascii() else sign for sign in word)
