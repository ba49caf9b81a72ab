"""Sends what waits in an outbox, in a process of its own, for as long as there is something.

One process per outbox, under a lease. The programs that log never wait for it, nor for the server.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

from lightflow_jlab.config.destinations import server_of
from lightflow_jlab.importer.lease import Lease
from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.detect import Server, detect
from lightflow_jlab.remote.failures import NotAllowedError, UnreachableError
from lightflow_jlab.remote.lightflow_sink import LightflowSink
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_sink import MlflowSink
from lightflow_jlab.remote.sink import Sink
from lightflow_jlab.remote.state import SenderState, put_state, sender_state
from lightflow_jlab.remote.waiting_logs import WaitingLogs

LEASE_TRIES = 40
PAUSE_SECONDS = 0.05
IDLE_SECONDS = 0.5
LEAST_WAIT_SECONDS = 0.5
MOST_WAIT_SECONDS = 60.0
PATIENCE_SECONDS = 600.0
"""For how long a server that doesn't answer is waited for when nothing logs any more."""


class Outcome(IntEnum):
    """How sending ended; the exit code of its process."""

    ALL_SENT = 0
    SOME_LEFT = 1
    """The server doesn't answer, or refuses some."""
    NOT_OURS = 3
    """Another process sends."""
    STILL_OPEN = 4
    """All is sent that was logged so far; programs go on logging."""


class Sender:
    """Sends the logs of one outbox. Not thread-safe.

    Parameters
    ----------
    patience_seconds
        See `PATIENCE_SECONDS`; 0 gives up when a request fails.
    until_idle
        End also when all was sent that is there now, though programs go on logging.
    on_progress
        Called with the bytes sent so far and about how many still wait.
    """

    def __init__(
        self,
        outbox: Path,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        until_idle: bool = False,
        on_progress: Callable[[int, int], None] = lambda sent, waiting: None,
        request_seconds: float = 30.0,
    ) -> None:
        self._outbox = outbox
        self._logs = WaitingLogs(outbox)
        self._patience_seconds = patience_seconds
        self._until_idle = until_idle
        self._on_progress = on_progress
        self._request_seconds = request_seconds
        self._sink: Sink | None = None
        self._last_refused: dict[str, str] = {}
        self._sent = 0
        self._failures = 0
        self._failing_since = 0.0
        self.message = ""
        """Why nothing is sent, while that is so."""

    def run(self) -> Outcome:
        """Send until all is sent and nothing logs any more, or patience ends."""
        lease = Lease(self._outbox)
        for _ in range(LEASE_TRIES):
            if lease.take():
                break
            time.sleep(PAUSE_SECONDS)
        else:
            return Outcome.NOT_OURS
        # Under the lease, since the one before us may have said something until then.
        state = sender_state(self._outbox)
        self._last_refused = state.refusals() if state is not None else {}
        try:
            return self._run()
        finally:
            self._close_sink()
            lease.release()

    def _close_sink(self) -> None:
        if self._sink is not None:
            self._last_refused = self._sink.notices()
            self._sink.close()
            self._sink = None

    def notices(self) -> dict[str, str]:
        """Return what the server refused, and why nothing is sent while that is so."""
        refused = self._sink.notices() if self._sink is not None else self._last_refused
        return {**refused, self.message: self.message} if self.message else refused

    def _run(self) -> Outcome:
        while True:
            try:
                sent, is_open = self._round()
                self._failures, self.message = 0, ""
            except UnreachableError as error:
                giving_up = self._give_up(error)
                self._tell()
                if giving_up:
                    return Outcome.SOME_LEFT
                time.sleep(self._wait_seconds(error))
                continue
            self._tell()
            if not sent and is_open and self._until_idle:
                return Outcome.STILL_OPEN
            if not sent and not is_open:
                return Outcome.SOME_LEFT if self._logs.size_bytes() else Outcome.ALL_SENT
            time.sleep(PAUSE_SECONDS if sent else IDLE_SECONDS)

    def _round(self) -> tuple[int, bool]:
        """Send a part of each log; return how many bytes, and whether more may be written."""
        count, some_open = 0, False
        open_before = {log.writer_id: log.is_open() for log in self._logs}
        for log in self._logs:
            # A log that has appeared since is looked at in the next round.
            is_open = open_before.get(log.writer_id, True)
            sent = self._found_sink().send(log, is_open=is_open)
            count += sent
            self._sent += sent
            some_open = some_open or (is_open and any(file.path.exists() for file in log.files))
            self._on_progress(self._sent, self._logs.size_bytes())
        return count, some_open

    def _found_sink(self) -> Sink:
        if self._sink is None:
            uri = server_of(self._outbox) or ""
            self._sink = sink_for(self._outbox, detect(uri), self._request_seconds)
        return self._sink

    def _give_up(self, error: UnreachableError) -> bool:
        now = time.monotonic()
        if not self._failures:
            self._failing_since = now
        self._failures += 1
        self.message = str(error)
        if isinstance(error, NotAllowedError):
            # Our environment will not change: one that has the right token is to have its turn.
            return True
        if not self._until_idle and any(log.is_open() for log in self._logs):
            self._failing_since = now
        return now - self._failing_since >= self._patience_seconds

    def _wait_seconds(self, error: UnreachableError) -> float:
        longest = min(MOST_WAIT_SECONDS, LEAST_WAIT_SECONDS * 2.0 ** min(self._failures, 10))
        return max(error.wait_seconds, longest * random.uniform(0.5, 1.0))  # noqa: S311 - jitter

    def _tell(self) -> None:
        put_state(self._outbox, SenderState(self.notices(), self._logs.size_bytes()))


def sink_for(outbox: Path, server: Server, request_seconds: float) -> Sink:
    connection = Connection(server.uri, server.kind, request_seconds)
    if server.kind == "mlflow":
        return MlflowSink(outbox, MlflowApi(connection))
    return LightflowSink(outbox, connection)
