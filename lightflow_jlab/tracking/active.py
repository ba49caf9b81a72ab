"""Which run the plain functions log to.

A thread logs to the run it started itself; a thread that started none logs to the latest run of the
process, so that worker threads of a training need nothing.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lightflow_jlab.tracking.run import ActiveRun

_entered: list[tuple[int, ActiveRun]] = []
_last: ActiveRun | None = None
_run_ids: set[str] = set()
"""Of all runs that this process started or went on with."""


def enter(run: ActiveRun) -> None:
    """Make `run` the active one of this thread."""
    global _last
    _entered.append((threading.get_ident(), run))
    _last = run
    _run_ids.add(run.info.run_id)


def leave(run: ActiveRun) -> None:
    """Take back `enter`, wherever in the order the run stands."""
    _entered[:] = [entry for entry in _entered if entry[1] is not run]


def active() -> ActiveRun | None:
    """Return the run that this thread logs to, or None."""
    entered = _entered
    if not entered:
        return None
    thread, run = entered[-1]
    if len(entered) == 1 or thread == threading.get_ident():
        return run
    own = threading.get_ident()
    for thread, candidate in reversed(entered):
        if thread == own:
            return candidate
    return run


def last() -> ActiveRun | None:
    """Return the run that was last active in this process, ended or not."""
    return _last


def was_entered(run_id: str) -> bool:
    """Tell whether this process started a run, or went on with it."""
    return run_id in _run_ids


def open_runs() -> list[ActiveRun]:
    """Return all active runs, latest last."""
    return [run for _, run in _entered]
