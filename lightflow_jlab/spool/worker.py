"""A helper thread that does what it is asked, in order, and looks after things between.

Signal handlers, and so `KeyboardInterrupt`, run in the main thread only: what must not be broken
off half-way is asked of a worker. Only primitives written in C meet in the main thread here, since
those of `threading` that are written in Python (`Event`, `Condition`) can be left locked by an
interrupt. No thread is joined at exit.
"""

from __future__ import annotations

import threading
import time
from _thread import start_new_thread
from collections.abc import Callable
from queue import Empty, SimpleQueue

from lightflow_jlab.config.notices import warn_once


class Ticket:
    """Something asked of a worker."""

    def __init__(self, task: Callable[[], None]) -> None:
        self.error: Exception | None = None
        """What the task raised."""
        self._task = task
        self._done = threading.Lock()
        self._done.acquire()

    def wait(self, seconds: float | None = None) -> bool:
        """Return True when the task is done, False after `seconds`. To be called once."""
        return self._done.acquire(timeout=-1 if seconds is None else seconds)

    def run(self) -> None:
        try:
            self._task()
        except Exception as error:  # noqa: BLE001 - who waits decides; a tick's is told once
            self.error = error
        finally:
            self._done.release()


class Worker:
    """Runs tasks in a thread of its own, started by the first one.

    Parameters
    ----------
    tick
        Called about every `tick_seconds` between tasks.
    """

    def __init__(self, tick: Callable[[], None], tick_seconds: float) -> None:
        self._tick = tick
        self._tick_seconds = tick_seconds
        self._tasks: SimpleQueue[Ticket | None] = SimpleQueue()
        self._serving = threading.Lock()
        self._stuck = False

    def ask(self, task: Callable[[], None]) -> Ticket:
        """Have `task` done soon. May be called from any thread."""
        ticket = Ticket(task)
        self._tasks.put(ticket)
        if not self._serving.locked():
            try:
                start_new_thread(self._serve, ())
            except RuntimeError:
                # The interpreter is ending and starts no threads any more.
                self._serve_waiting()
        return ticket

    def ask_and_wait(self, task: Callable[[], None], seconds: float) -> bool:
        """Have `task` done and return True; False when that takes longer than `seconds`.

        While the thread is stuck, only the first call waits, and more is not asked.
        """
        if self._stuck:
            return False
        ticket = self.ask(task)
        done = ticket.wait(seconds)
        if not done:
            self._stuck = True
        return done

    def stop(self) -> None:
        """Let the thread end when it has done what was asked; doesn't wait."""
        self._tasks.put(None)

    def _serve(self) -> None:
        if not self._serving.acquire(blocking=False):
            return
        try:
            due = time.monotonic() + self._tick_seconds
            while True:
                try:
                    ticket = self._tasks.get(timeout=max(0.0, due - time.monotonic()))
                except Empty:
                    ticket = Ticket(self._tick)
                    due = time.monotonic() + self._tick_seconds
                if ticket is None:
                    return
                _run(ticket)
                self._stuck = False
        finally:
            self._serving.release()

    def _serve_waiting(self) -> None:
        while True:
            try:
                ticket = self._tasks.get_nowait()
            except Empty:
                return
            if ticket is not None:
                _run(ticket)


def _run(ticket: Ticket) -> None:
    ticket.run()
    if ticket.error is not None and not isinstance(ticket.error, OSError):
        warn_once(
            f"spool-worker:{type(ticket.error).__name__}",
            f"Looking after the log failed: {ticket.error!r}.",
        )
