"""`lf.changed`: what differs between a run and the attempts of the same cell before it."""

from __future__ import annotations

from dataclasses import dataclass

from lightflow_jlab.contract.changes import ChangesSince, RunChanges
from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.store.changes import MAX_TOLD, told
from lightflow_jlab.tracking.fluent import last_active_run
from lightflow_jlab.tracking.reading import open_store

MAX_IN_A_LINE = 5


@dataclass(frozen=True)
class Changes:
    """What changed, as lines of text; empty where nothing did."""

    run_name: str
    since_previous: list[str]
    since_best: list[str]
    """Empty where there is no better attempt, or nothing says which is better."""
    same_data: bool | None
    """Whether the previous attempt read the same data; None where that isn't known."""
    data_partly_read: bool
    """Whether that is known of a part of the data only."""

    def __str__(self) -> str:
        lines = [*self.since_previous, *self.since_best]
        if not lines:
            same = f", {_same_data(self.data_partly_read)}" if self.same_data else ""
            return f"{self.run_name}: nothing changed{same}."
        if self.same_data:
            lines.append(f"{_same_data(self.data_partly_read).capitalize()}.")
        return "\n".join(lines)

    __repr__ = __str__


def changed(run_id: str | None = None) -> Changes:
    """Return what changed since the previous attempt of a run's cell, and since the best one.

    Metrics with their direction where the name tells it, params, lines of the cell and of those it
    stood on, data, packages, the git commit.

    Parameters
    ----------
    run_id
        By default the run last started in this process.

    Raises
    ------
    NotFoundError
        The run isn't there, or there is no earlier attempt to compare it with.
    """
    if run_id is None:
        latest = last_active_run()
        if latest is None:
            raise NotFoundError(
                "This process has recorded no run yet. Give the id of one: lf.changed(run_id)."
            )
        run_id = latest.info.run_id
    store = open_store()
    run = store.run(check_run_id(run_id))
    if not run.cell_id:
        raise InvalidValueError(
            f"The run {run.run_name!r} comes from no notebook cell. Compare it by lf.compare."
        )
    found = store.changes_of_run(run_id)
    if found.previous is None:
        raise NotFoundError(
            f"The run {run.run_name!r} is the first attempt of its cell: there is nothing to "
            "compare it with."
        )
    return Changes(
        run.run_name,
        _lines(found.previous),
        _lines(found.best, best=True),
        found.previous.same_data,
        found.previous.data_partly_read,
    )


def in_one_line(changes: RunChanges) -> str:
    """Return what a person wants to see at once; empty for a first attempt."""
    if changes.previous is None:
        return ""
    title = _title(changes.previous, best=False)
    line = told(changes.previous, title, MAX_IN_A_LINE) or f"{title}: nothing changed"
    if changes.previous.same_data:
        line += f"; {_same_data(changes.previous.data_partly_read)}"
    for best in _lines(changes.best, 1, best=True):
        line += f". {best}"
    return line


def _lines(since: ChangesSince | None, most: int = MAX_TOLD, *, best: bool = False) -> list[str]:
    line = told(since, _title(since, best=best), most) if since is not None else ""
    return [line] if line else []


def _same_data(partly_read: bool) -> str:
    return f"same data{' as far as they were read' if partly_read else ''}"


def _title(since: ChangesSince, *, best: bool) -> str:
    return f"Since {'the best, ' if best else ''}attempt {since.attempt}"
