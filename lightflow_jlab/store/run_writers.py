"""Who records a run, how each of them ended, and the state that follows for the run.

Several processes may record one run at the same time (the ranks of a training), or one after the
other (a run that is resumed). Those whose times overlap make one session; the last session decides:
a run is open as long as anyone has it open, and then ends as the worst of them did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.store.blocks import blocks
from lightflow_jlab.store.pending_rows import PendingRows
from lightflow_jlab.store.schema import run_writers

WORST_FIRST: tuple[RunStatus, ...] = ("FAILED", "CRASHED", "KILLED", "FINISHED")


class RunWriter(NamedTuple):
    joined: int
    ended: int | None
    """None while it has the run open."""
    status: RunStatus
    dropped: int = 0


def last_session(writers: Iterable[RunWriter]) -> list[RunWriter]:
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


class RunWriters:
    """The writers of the runs that one transaction touches. Not thread-safe.

    What it is told reaches the table with `rows`.
    """

    def __init__(self, connection: Connection, rows: PendingRows) -> None:
        self._connection = connection
        self._rows = rows
        self._known: dict[int, dict[str, RunWriter]] = {}

    def load(self, runs: Iterable[int]) -> None:
        """Read the writers of some runs at once."""
        table = run_writers
        unknown = {run for run in runs if run not in self._known}
        for some in blocks(unknown):
            query = select(
                table.c.run,
                table.c.writer_id,
                table.c.joined,
                table.c.ended,
                table.c.status,
                table.c.dropped,
            ).where(table.c.run.in_(some))
            for run, writer_id, *values in self._connection.execute(query):
                self._known.setdefault(run, {})[writer_id] = RunWriter(*values)
        for run in unknown:
            self._known.setdefault(run, {})

    def begin(self, run: int) -> None:
        """Take a new run, which has no writers."""
        self._known[run] = {}

    def join(self, run: int, writer_id: str, joined: int) -> None:
        """Note that a process has the run open from now on."""
        known = self._of(run).get(writer_id)
        dropped = known.dropped if known else 0
        self._put(run, writer_id, RunWriter(joined, None, "RUNNING", dropped))

    def join_unless_known(self, run: int, writer_id: str, joined: int) -> None:
        """Note that a process has the run open, where nothing is known of it yet."""
        if writer_id not in self._of(run):
            self.join(run, writer_id, joined)

    def count_dropped(self, run: int, writer_id: str, dropped: int) -> bool:
        """Note how many records a writer has lost; tell whether that is news."""
        known = self._of(run).get(writer_id)
        if known is None or known.dropped == dropped:
            return False
        self._put(run, writer_id, known._replace(dropped=dropped))
        return True

    def leave(self, run: int, writer_id: str, status: RunStatus, ended: int, dropped: int) -> None:
        """Note how a process ended the run."""
        known = self._of(run).get(writer_id)
        joined = known.joined if known else ended
        self._put(run, writer_id, RunWriter(joined, ended, status, dropped))

    def observe(self, run: int, writer_id: str, status: RunStatus, ended: int | None) -> None:
        """Note what is seen of a writer from outside. It never ended before it joined."""
        known = self._of(run).get(writer_id)
        if known is not None:
            end = None if ended is None else max(known.joined, ended)
            self._put(run, writer_id, known._replace(status=status, ended=end))

    def runs_left(self, writer_id: str, states: Sequence[RunStatus]) -> list[int]:
        """Return the numbers of the runs that a writer left in one of `states`."""
        query = select(run_writers.c.run).where(
            run_writers.c.writer_id == writer_id, run_writers.c.status.in_(states)
        )
        self.load(self._connection.execute(query).scalars())
        return [
            run
            for run, writers in self._known.items()
            if writer_id in writers and writers[writer_id].status in states
        ]

    def settled(self, run: int) -> dict[str, Any]:
        """Return the columns of a run that follow from its writers, of which there is one."""
        writers = self._of(run).values()
        session = last_session(writers)
        status, end_time = outcome(session)
        values: dict[str, Any] = {
            "status": status,
            "end_time": end_time,
            "dropped": sum(one.dropped for one in writers),
        }
        if not any(one.status in ("FAILED", "KILLED") for one in session):
            values |= {"error_type": None, "error_message": None}
        return values

    def _of(self, run: int) -> dict[str, RunWriter]:
        self.load([run])
        return self._known[run]

    def _put(self, run: int, writer_id: str, writer: RunWriter) -> None:
        self._known[run][writer_id] = writer
        self._rows.put(run_writers, {"run": run, "writer_id": writer_id, **writer._asdict()})
