"""What becomes of runs whose writer doesn't end them itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from lightflow_jlab.contract.records import Process
from lightflow_jlab.importer.liveness import ExitWatch, Sight, look_at
from lightflow_jlab.store.store import Store

STALL_SECONDS = 60.0
"""Six of a writer's heartbeats."""


class Judge:
    """Gives open runs the state CRASHED, KILLED or STALLED. Not thread-safe.

    Parameters
    ----------
    close_log
        Imports the rest of a gone writer's log; returns its last sign of life, in ms.
    is_sent_here
        Tells of a writer whether its log comes over the network: it may lag behind its process.
    is_stopped_by_user
        Tells of a kernel's process whether its user has shut it down or restarted it.
    clock
        Seconds that neither a sleep of this machine nor a change of its clock moves.
    """

    def __init__(
        self,
        store: Store,
        close_log: Callable[[str], int],
        *,
        is_sent_here: Callable[[str], bool] = lambda writer_id: False,
        is_stopped_by_user: Callable[[Process], bool] = lambda process: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._close_log = close_log
        self._is_sent_here = is_sent_here
        self._is_stopped_by_user = is_stopped_by_user
        self._clock = clock
        self._exits = ExitWatch()
        self._heard: dict[str, float] = {}
        self._judged_gone: set[str] = set()

    def hear(self, writer_id: str) -> None:
        """Note that something came from a writer."""
        self._heard[writer_id] = self._clock()

    def someone_ended(self) -> bool:
        """Tell whether a look is worth it at once."""
        return self._exits.someone_ended()

    def look(self) -> int:
        """Judge the writers that have runs open; return how many runs got another state."""
        changed = 0
        alive = {}
        for writer_id, process in self._store.open_writers().items():
            sight = self._look_at(writer_id, process)
            if sight is Sight.ALIVE:
                alive[writer_id] = process
            elif sight is Sight.GONE:
                changed += self._end(writer_id, process)
            elif self._clock() - self._heard.setdefault(writer_id, self._clock()) > STALL_SECONDS:
                changed += self._store.observe_silence(writer_id)
        self._exits.follow(alive)
        return changed

    def close(self) -> None:
        self._exits.close()

    def _look_at(self, writer_id: str, process: Process) -> Sight:
        if writer_id in self._judged_gone or self._is_sent_here(writer_id):
            # It logs from afar, or has logged since: its process isn't seen from here.
            return Sight.ELSEWHERE
        return look_at(process)

    def _end(self, writer_id: str, process: Process) -> int:
        self._judged_gone.add(writer_id)
        by_user = process.kernel_id and self._is_stopped_by_user(process)
        last_sign = self._close_log(writer_id)
        return self._store.observe_end(writer_id, "KILLED" if by_user else "CRASHED", last_sign)
