"""Numbers of experiments: none is given twice, also after its experiment was removed for good.

A program that still knows the number of a removed experiment must not log into another one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from lightflow_jlab.store.schema import experiments, removed_experiments
from lightflow_jlab.store.sequence import next_seq


def free_number(connection: Connection) -> int:
    """Return the number of the next experiment, in the transaction that makes it."""
    highest = (
        connection.execute(select(func.max(table.c.experiment_id))).scalar()
        for table in (experiments, removed_experiments)
    )
    return max((number for number in highest if number is not None), default=-1) + 1


def note_removed(connection: Connection, numbers: Sequence[int]) -> None:
    """Have those who follow the changes hear that experiments are gone."""
    if numbers:
        seq = next_seq(connection)
        connection.execute(
            insert(removed_experiments),
            [{"experiment_id": number, "seq": seq} for number in numbers],
        )
