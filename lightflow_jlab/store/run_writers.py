"""Who records a run, how each of them ended, and the state that follows for the run.

Several processes may record one run at the same time (the ranks of a training), or one after the
other (a run that is resumed). Those whose times overlap make one session; the last session decides:
a run is open as long as anyone has it open, and then ends as the worst of them did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.store.schema import run_writers, runs

WORST_FIRST: tuple[RunStatus, ...] = ("FAILED", "CRASHED", "KILLED", "FINISHED")


class RunWriter(NamedTuple):
    joined: int
    ended: int | None
    """None while it has the run open."""
    status: RunStatus


def last_session(writers: Sequence[RunWriter]) -> list[RunWriter]:
    """Return those whose times hang together with the last one that joined."""
    session: list[RunWriter] = []
    for one in sorted(writers, key=lambda one: one.joined):
        ends = [earlier.ended for earlier in session]
        if all(end is not None and end < one.joined for end in ends):
            session = []
        session.append(one)
    return session


def outcome(session: Sequence[RunWriter]) -> tuple[RunStatus, int | None]:
    """Return the state and the end of a run that at least one process has recorded."""
    states = {one.status for one in session if one.ended is None}
    if states:
        return ("RUNNING" if "RUNNING" in states else "STALLED"), None
    states = {one.status for one in session}
    end = max(one.ended for one in session if one.ended is not None)
    return next(state for state in WORST_FIRST if state in states), end


def join(connection: Connection, run: int, writer_id: str, joined: int) -> None:
    """Note that a process has the run open from now on."""
    values = {"joined": joined, "ended": None, "status": "RUNNING"}
    _put(connection, run, writer_id, {**values, "dropped": 0}, values)


def join_unless_known(connection: Connection, run: int, writer_id: str, joined: int) -> None:
    """Note that a process has the run open, where nothing is known of it yet."""
    connection.execute(
        upsert(run_writers)
        .values(run=run, writer_id=writer_id, joined=joined, status="RUNNING", dropped=0)
        .on_conflict_do_nothing()
    )


def count_dropped(connection: Connection, run: int, writer_id: str, dropped: int) -> bool:
    """Note how many records a writer has lost; tell whether that is news."""
    table = run_writers
    changed = connection.execute(
        update(table)
        .where(table.c.run == run, table.c.writer_id == writer_id, table.c.dropped != dropped)
        .values(dropped=dropped)
    )
    return bool(changed.rowcount)


def leave(
    connection: Connection, run: int, writer_id: str, status: RunStatus, ended: int, dropped: int
) -> None:
    """Note how a process ended the run."""
    values = {"ended": ended, "status": status, "dropped": dropped}
    _put(connection, run, writer_id, {**values, "joined": ended}, values)


def observe(
    connection: Connection, run: int, writer_id: str, status: RunStatus, ended: int | None
) -> None:
    """Note what is seen of a writer from outside. It never ended before it joined."""
    table = run_writers
    connection.execute(
        update(table)
        .where(table.c.run == run, table.c.writer_id == writer_id)
        .values(status=status, ended=None if ended is None else func.max(table.c.joined, ended))
    )


def runs_left(connection: Connection, writer_id: str, states: Sequence[RunStatus]) -> list[int]:
    """Return the numbers of the runs that a writer left in one of `states`."""
    query = select(run_writers.c.run).where(
        run_writers.c.writer_id == writer_id, run_writers.c.status.in_(states)
    )
    return list(connection.execute(query).scalars())


def settle(connection: Connection, run: int) -> None:
    """Give a run the state that follows from its writers."""
    table = run_writers
    rows = connection.execute(
        select(table.c.joined, table.c.ended, table.c.status).where(table.c.run == run)
    )
    session = last_session([RunWriter(*row) for row in rows])
    status, end_time = outcome(session)
    values: dict[str, Any] = {
        "status": status,
        "end_time": end_time,
        "dropped": select(func.sum(table.c.dropped)).where(table.c.run == run).scalar_subquery(),
    }
    if not any(one.status in ("FAILED", "KILLED") for one in session):
        values |= {"error_type": None, "error_message": None}
    connection.execute(update(runs).where(runs.c.id == run).values(values))


def _put(
    connection: Connection, run: int, writer_id: str, new: dict[str, Any], known: dict[str, Any]
) -> None:
    connection.execute(
        upsert(run_writers)
        .values(run=run, writer_id=writer_id, **new)
        .on_conflict_do_update(index_elements=["run", "writer_id"], set_=known)
    )
