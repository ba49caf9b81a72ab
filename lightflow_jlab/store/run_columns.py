"""Many runs as columns: what a DataFrame is made of, without an object per value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, select

from lightflow_jlab.contract.scalars import MAX_SAFE_INTEGER
from lightflow_jlab.store import schema
from lightflow_jlab.store.key_walks import (
    Places,
    among,
    fetched,
    places,
    walk,
    walked_metrics,
    walked_params,
)
from lightflow_jlab.store.run_tags import NAME_TAG, NOTE_TAG, TAG_COLUMNS


class RunColumns(NamedTuple):
    """Columns of equal length, a value for each run; the keys of each mapping are sorted."""

    attributes: dict[str, Sequence[Any]]
    """The columns of `schema.runs`."""
    metrics: dict[str, NDArray[np.float64]]
    """Last values; NaN also where a run lacks the metric."""
    params: dict[str, list[Any]]
    """Typed values; None where a run lacks the param."""
    tags: dict[str, list[str | None]]


def run_columns(connection: Connection, numbers: Sequence[int]) -> RunColumns:
    """Return runs, by their numbers, in the order given."""
    names = schema.runs.c.keys()
    place = places(connection, numbers)
    owners, *columns = _columns(connection, list(schema.runs.c), numbers, place)
    order = np.argsort(owners).tolist()
    attributes: dict[str, Sequence[Any]] = {"id": numbers}
    for name, values in zip(names[1:], columns, strict=True):
        attributes[name] = [values[at] for at in order]
    return RunColumns(
        attributes,
        _metrics(connection, numbers, place),
        _params(connection, numbers, place),
        _tags(connection, numbers, place, attributes),
    )


def _metrics(
    connection: Connection, numbers: Sequence[int], place: Places
) -> dict[str, NDArray[np.float64]]:
    table = schema.metrics.c
    if walked := walked_metrics(connection, numbers):
        made = {}
        for key in walked:
            at, last = walk(connection, table.last, key, place)
            if len(at):
                made[key] = np.full(len(numbers), np.nan)
                # Numpy reads None, which is how NaN comes from SQLite, as NaN.
                made[key][at] = np.array(last, np.float64)
        return made
    wanted = [table.run, table.key, table.last]
    owners, keys, values = _columns(connection, wanted, numbers, place)
    names = sorted(set(keys))
    row = {name: index for index, name in enumerate(names)}
    grid = np.full((len(names), len(numbers)), np.nan)
    grid[[row[key] for key in keys], owners] = np.array(values, np.float64)
    return dict(zip(names, grid, strict=True))


def _params(connection: Connection, numbers: Sequence[int], place: Places) -> dict[str, list[Any]]:
    table = schema.params.c
    made: dict[str, list[Any]] = {}
    walked, others = walked_params(connection, numbers)
    for key in walked:
        at, floats = walk(connection, table.number, key, place)
        if len(at):
            column = np.full(len(numbers), None, object)
            column[at] = floats
            made[key] = column.tolist()
    if others or others is None:
        wanted = [table.run, table.key, table.text, table.number, table.type]
        owners, keys, *columns = _columns(connection, wanted, numbers, place, keys=others)
        made |= {key: [None] * len(numbers) for key in set(keys)}
        for owner, key, text, number, kind in zip(owners.tolist(), keys, *columns, strict=True):
            exact = kind == "float" and number is not None
            made[key][owner] = number if exact else _typed(text, kind)
    return dict(sorted(made.items()))


def _tags(
    connection: Connection,
    numbers: Sequence[int],
    place: Places,
    attributes: dict[str, Sequence[Any]],
) -> dict[str, list[str | None]]:
    table = schema.tags.c
    wanted = [table.run, table.key, table.value]
    owners, keys, values = _columns(connection, wanted, numbers, place)
    made: dict[str, list[str | None]] = {key: [None] * len(numbers) for key in set(keys)}
    for key in (NAME_TAG, NOTE_TAG):
        values_of_runs = attributes[TAG_COLUMNS[key]]
        if any(values_of_runs):
            made[key] = [value or None for value in values_of_runs]
    for owner, key, value in zip(owners.tolist(), keys, values, strict=True):
        made[key][owner] = value
    return dict(sorted(made.items()))


def _columns(
    connection: Connection,
    columns: list[Column[Any]],
    numbers: Sequence[int],
    place: Places,
    *,
    keys: Sequence[str] | None = None,
) -> tuple[Any, ...]:
    """Return columns of the rows that belong to runs; the first is where its run stands.

    With `keys`, of the rows that have one of these in the second.
    """
    condition = among(columns[0], numbers)
    if keys is not None:
        condition &= among(columns[1], keys)
    found = fetched(connection, select(*columns).where(condition))
    owners = place[np.array(found[0], np.int64)]
    return (owners, *found[1:])


def _typed(text: str, kind: str) -> Any:
    if kind == "int":
        number = int(text)
        return number if abs(number) <= MAX_SAFE_INTEGER else text
    if kind == "float":
        return float(text)
    if kind == "bool":
        return text == "True"
    return None if kind == "none" else text
