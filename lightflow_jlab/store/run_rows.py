"""The runs that one transaction touches: their numbers, and what is to be written to their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from lightflow_jlab.store.blocks import blocks
from lightflow_jlab.store.schema import runs, tombstones
from lightflow_jlab.store.sequence import inserted_key

_make = insert(runs)
_set = update(runs).where(runs.c.id == bindparam("number"))


class RunRows:
    """Not thread-safe.

    Parameters
    ----------
    take_seq
        Returns the transaction's number in the feed.
    """

    def __init__(self, connection: Connection, take_seq: Callable[[], int]) -> None:
        self._connection = connection
        self._take_seq = take_seq
        self._numbers: dict[str, int | None] = {}
        self._removed: set[str] = set()
        self._values: dict[int, dict[str, Any]] = {}

    def look_up(self, run_ids: Iterable[str]) -> list[int]:
        """Read the numbers of some runs at once; return those that there are."""
        unknown = {run_id for run_id in run_ids if run_id not in self._numbers}
        found: list[int] = []
        for some in blocks(unknown):
            self._numbers.update(dict.fromkeys(some))
            query = select(runs.c.run_id, runs.c.id).where(runs.c.run_id.in_(some))
            for run_id, number in self._connection.execute(query):
                self._numbers[run_id] = number
                found.append(number)
            removed = select(tombstones.c.run_id).where(tombstones.c.run_id.in_(some))
            self._removed.update(self._connection.execute(removed).scalars())
        return found

    def number(self, run_id: str) -> int | None:
        """Return a run's number, None where it is not there."""
        if run_id not in self._numbers:
            self.look_up([run_id])
        return self._numbers[run_id]

    def is_removed(self, run_id: str) -> bool:
        """Tell whether a run was deleted for good: then no log brings it back."""
        return self.number(run_id) is None and run_id in self._removed

    def make(self, run_id: str, values: dict[str, Any]) -> int:
        """Write a new run and return its number."""
        row = {
            "run_id": run_id,
            "status": "RUNNING",
            "lifecycle_stage": "active",
            "note": "",
            "dropped": 0,
            "seq": self._take_seq(),
            **values,
        }
        number = inserted_key(self._connection.execute(_make, row))
        self._numbers[run_id] = number
        return number

    def set(self, number: int, **values: Any) -> None:
        """Have columns of a run written; without values it has changed all the same."""
        self._values.setdefault(number, {}).update(values)

    def write(self) -> None:
        """Write what was set, and that these runs have changed."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for number, values in self._values.items():
            row = {**values, "seq": self._take_seq(), "number": number}
            alike.setdefault(tuple(sorted(row)), []).append(row)
        for rows in alike.values():
            self._connection.execute(_set, rows)
        self._values.clear()
