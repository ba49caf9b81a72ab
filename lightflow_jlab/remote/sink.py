"""Where an outbox's logs go: to a Lightflow server as they are, or to MLflow as its calls."""

from __future__ import annotations

from typing import Protocol

from lightflow_jlab.remote.waiting_logs import WaitingLog


class Sink(Protocol):
    def send(self, log: WaitingLog, *, is_open: bool) -> int:
        """Send what is new of a log; return how many of its bytes that was.

        Blocks for a few requests at most, so that several logs take turns. What the server has
        wholly and for good is removed from the outbox.

        Parameters
        ----------
        is_open
            The process may write on. It was asked before the log's files were listed.

        Raises
        ------
        UnreachableError
            The server doesn't answer: the same is to be sent again later.
        """

    def notices(self) -> dict[str, str]:
        """Return what the user should know, by its cause: what the server refused, and how much."""

    def close(self) -> None:
        """Let go of what is held open."""
