"""What changed from one attempt of a cell to another."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

ChangeKind = Literal["metric", "param", "code", "slice", "data", "package", "git"]


class Change(Struct, frozen=True):
    kind: ChangeKind
    """`code`: lines of the run's cell; `slice`: lines of the cells that it stood on."""
    name: str
    """The key of a metric or param, a package, a dataset; empty for the other kinds."""
    before: str
    """Empty where it was not there; for code, the lines that are gone."""
    now: str
    """Empty where it is no longer there; for code, the lines that are new."""
    note: str
    """The difference of a metric (`-0.25`), the counts of lines (`+2 −1`)."""
    is_better: bool | None
    """For a metric whose name tells the direction."""


class ChangesSince(Struct, frozen=True):
    run_id: str
    run_name: str
    attempt: int
    changes: list[Change]
    """Empty where nothing changed that is recorded."""
    same_data: bool | None
    """None where data of one of the runs are not known, or were not read."""
    data_partly_read: bool
    """Whether that they are the same is known of a part of them only."""


class RunChanges(Struct, frozen=True):
    run_id: str
    previous: ChangesSince | None
    """None where it is the first attempt of its cell, or comes from no cell."""
    best: ChangesSince | None
    """None where no earlier attempt is better, or nothing tells which is."""
