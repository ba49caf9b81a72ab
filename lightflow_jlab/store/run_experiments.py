"""The experiments that one transaction names: found, made or taken out of the trash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.experiment_numbers import free_number
from lightflow_jlab.store.schema import experiments

_set = update(experiments).where(experiments.c.experiment_id == bindparam("number"))


class RunExperiments:
    """Not thread-safe.

    Parameters
    ----------
    take_seq
        Returns the transaction's number in the feed.
    """

    def __init__(self, connection: Connection, take_seq: Callable[[], int]) -> None:
        self._connection = connection
        self._take_seq = take_seq
        self._named: dict[str, int] = {}
        self._given: set[int] = set()
        self._values: dict[int, dict[str, Any]] = {}

    def number(self, name: str, given_id: str | None = None) -> int:
        """Return the number of the experiment with an id, else of the one with a name.

        The latter is made, or taken out of the trash, if need be.
        """
        if given_id is not None and given_id.isdecimal() and self._is_there(int(given_id)):
            return int(given_id)
        number = self._named.get(name)
        if number is None:
            number = self._named[name] = self._find(name)
        return number

    def set(self, number: int, **values: Any) -> None:
        """Have columns written; without values the experiment has changed all the same."""
        self._values.setdefault(number, {}).update(values)

    def write(self) -> None:
        for number, values in self._values.items():
            self._connection.execute(_set, {**values, "seq": self._take_seq(), "number": number})
        self._values.clear()

    def _is_there(self, number: int) -> bool:
        if number not in self._given:
            query = select(experiments.c.experiment_id)
            found = self._connection.execute(query.where(experiments.c.experiment_id == number))
            if found.scalar() is None:
                return False
            self._given.add(number)
        return True

    def _find(self, name: str) -> int:
        query = select(experiments.c.experiment_id).where(experiments.c.name == name)
        found = self._connection.execute(query).scalar()
        if found is not None:
            self.set(found, lifecycle_stage="active")
            return int(found)
        now, number = now_milliseconds(), free_number(self._connection)
        self._connection.execute(
            insert(experiments).values(
                experiment_id=number,
                name=name,
                description="",
                lifecycle_stage="active",
                creation_time=now,
                last_update_time=now,
                seq=self._take_seq(),
            )
        )
        return number
