"""Many keys in queries that each have a bounded number of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

BLOCK = 500
"""SQLite takes 32,766 parameters in a statement, older ones 999."""


def blocks(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield the items in lists of at most `BLOCK`."""
    left = iter(items)
    while block := list(islice(left, BLOCK)):
        yield block
