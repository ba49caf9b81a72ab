"""Sees to it that a process sends what this one logs for a server.

That process is nobody's child for long: it outlives this one until all is sent, so that neither the
end of a program nor that of a kernel waits for a server.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from lightflow_jlab.config.locations import all_spool_folders
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.remote.sender_process import start_sender
from lightflow_jlab.spool.format import SUFFIX
from lightflow_jlab.spool.worker import Worker

LOOK_SECONDS = 1.0
LEAST_PAUSE_SECONDS = 2.0
MOST_PAUSE_SECONDS = 120.0


class Delivery:
    """Looks after one outbox, from a helper thread. In a forked child the parent goes on with it.

    Nothing here is waited for by those who log.
    """

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox
        self._pid = os.getpid()
        self._sender: subprocess.Popen[bytes] | None = None
        self._next_start = 0.0
        self._pause = 0.0
        self._old_refusals: dict[str, str] | None = None
        """What earlier programs were told of."""
        self._worker = Worker(self._look, LOOK_SECONDS)

    def begin(self) -> None:
        """Have a sender started now that something was logged, and kept going."""
        self._worker.ask(self._look)

    def hand_over(self) -> None:
        """Leave the log, which has ended, to a sender that goes on without this process."""
        if self._pid == os.getpid():
            self._worker.stop()
            # Whether another process sends is not asked: it may be about to end, or our helper
            # thread may ask just now. A second sender waits a moment for its turn, and leaves.
            if not self._is_sending() and self._something_waits():
                self._start()

    def _look(self) -> None:
        from lightflow_jlab.importer.lease import is_held

        self._pass_on_notices()
        if self._is_sending():
            return
        if (sender := self._sender) is not None:
            # All was sent for now; or another one sends, or something is wrong with it.
            self._sender = None
            longer = max(LEAST_PAUSE_SECONDS, min(2 * self._pause, MOST_PAUSE_SECONDS))
            self._pause = longer if sender.returncode else 0.0
            self._next_start = time.monotonic() + self._pause
        if time.monotonic() < self._next_start or not self._something_waits():
            return
        if is_held(self._outbox):
            self._next_start = time.monotonic() + LEAST_PAUSE_SECONDS
        else:
            self._start()

    def _is_sending(self) -> bool:
        return self._sender is not None and self._sender.poll() is None

    def _something_waits(self) -> bool:
        folders = all_spool_folders(self._outbox)
        return any(next(folder.glob(f"*{SUFFIX}"), None) for folder in folders)

    def _start(self) -> None:
        try:
            self._sender = start_sender(self._outbox)
        except OSError as error:
            warn_once(
                f"sender:{error.errno}",
                f"No process could be started to send runs ({error.strerror or error}). They wait "
                f"in {self._outbox}; `jupyter lightflow sync` sends them.",
            )
            self._next_start = time.monotonic() + MOST_PAUSE_SECONDS

    def _pass_on_notices(self) -> None:
        from lightflow_jlab.remote.state import sender_state

        state = sender_state(self._outbox)
        if self._old_refusals is None:
            self._old_refusals = state.refusals() if state is not None else {}
        for cause, notice in state.notices.items() if state is not None else ():
            if self._old_refusals.get(cause) != notice:
                warn_once(f"sender:{cause}", notice)
