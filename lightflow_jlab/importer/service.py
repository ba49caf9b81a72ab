"""The importer as a thread of the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.errors import StoreDamagedError
from lightflow_jlab.importer.importer import Importer
from lightflow_jlab.store.store import Store

BUSY_SECONDS = 0.05
IDLE_SECONDS = 0.2
LEASE_SECONDS = 1.0
LIVENESS_SECONDS = 1.0
CLOSING_SECONDS = 10.0
FAILURE_SECONDS = 2.0
STOP_SECONDS = 2.0


class ImporterService:
    """Imports for as long as it runs, or follows what another process imports.

    Parameters
    ----------
    importer
        Used by the service's thread alone from `start` on.
    on_commit
        Called from that thread with the store's new number after each change.
    """

    def __init__(self, store: Store, importer: Importer, on_commit: Callable[[int], None]) -> None:
        self._store = store
        self._importer = importer
        self._on_commit = on_commit
        self._stopped = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._holds_lease = False
        self._next_lease = 0.0
        self._next_liveness = 0.0
        self._next_closing = 0.0
        self._idle_rounds = 0
        self._seq = 0

    @property
    def holds_lease(self) -> bool:
        return self._holds_lease

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="lightflow-import", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Return when the thread has ended and the lease is free, or after two seconds."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def wake(self) -> None:
        """Look at once: something was written, or a kernel has ended."""
        self._next_liveness = 0.0
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                pause = self._round()
            except StoreDamagedError:
                # Another database is in its place already, and the next round rebuilds it.
                pause = BUSY_SECONDS
            except Exception as error:  # noqa: BLE001 - the thread goes on, whatever went wrong
                warn_once(f"import:{type(error).__name__}", f"Importing failed: {error!r}.")
                pause = FAILURE_SECONDS
            self._wake.wait(pause)
            self._wake.clear()
        self._importer.close()

    def _round(self) -> float:
        """Do what there is to do; return the seconds until the next look."""
        now = time.monotonic()
        if not self._holds_lease and now >= self._next_lease:
            self._holds_lease = self._importer.take_lease()
            self._next_lease = now + LEASE_SECONDS
        count = self._import(now) if self._holds_lease else 0
        seq = self._store.seq()
        if seq != self._seq:
            self._seq = seq
            self._on_commit(seq)
        self._idle_rounds = 0 if count else self._idle_rounds + 1
        return IDLE_SECONDS if self._idle_rounds > 40 else BUSY_SECONDS

    def _import(self, now: float) -> int:
        count = self._importer.run_once()
        if now >= self._next_liveness or self._importer.someone_ended():
            self._next_liveness = now + LIVENESS_SECONDS
            self._importer.check_liveness()
        if now >= self._next_closing:
            self._next_closing = now + CLOSING_SECONDS
            self._importer.close_logs_of_the_dead()
        return count
