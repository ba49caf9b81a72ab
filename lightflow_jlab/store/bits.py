"""A set of runs as bits, by their numbers, and SQL that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, func

from lightflow_jlab.store.chunks import Integers

Bits = NDArray[np.bool_]
IS_FOUND = "lightflow_is_found"
"""The function by which SQL asks for a bit, see `asking`."""


def integers(text: str | None) -> Integers:
    """Return the numbers of a `group_concat`, which costs a third of fetching them row by row."""
    return np.fromstring(text, np.int64, sep=",") if text else np.empty(0, np.int64)


def is_found(number: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition of a run's bit being set, for SQL within `asking`."""
    asked: ColumnElement[bool] = getattr(func, IS_FOUND)(number) == 1
    return asked


@contextmanager
def asking(connection: Connection, found: Bits) -> Iterator[None]:
    """Let the SQL of a connection ask for a bit: `lightflow_is_found(number)`."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.create_function(IS_FOUND, 1, found.tolist().__getitem__)
    try:
        yield
    finally:
        raw.create_function(IS_FOUND, 1, None)
