"""Sending what waits for servers, with a progress bar: a part of `jupyter lightflow sync`."""

from __future__ import annotations

import sys
from pathlib import Path

BAR_WIDTH = 30
_MEGABYTE = 1024 * 1024


def send_all(outboxes: list[Path]) -> int:
    """Send what waits in each outbox; return how many could not be emptied."""
    return sum(not _send(outbox) for outbox in outboxes)


def waiting_outboxes(uri: str | None) -> list[Path]:
    """Return the outboxes in which something waits, or the one of a server."""
    from lightflow_jlab.config.destinations import outbox_of, outboxes
    from lightflow_jlab.remote.waiting_logs import WaitingLogs

    if uri is not None:
        return [outbox_of(uri)]
    return [outbox for outbox in outboxes() if list(WaitingLogs(outbox))]


def _send(outbox: Path) -> bool:
    from lightflow_jlab.config.destinations import server_of
    from lightflow_jlab.importer.lease import last_holder
    from lightflow_jlab.remote.sender import Outcome, Sender
    from lightflow_jlab.remote.state import sender_state

    uri = server_of(outbox)
    bar = _Bar()
    sender = Sender(outbox, patience_seconds=0.0, until_idle=True, on_progress=bar.show)
    outcome = sender.run()
    bar.end()
    notices = sender.notices()
    if outcome is Outcome.NOT_OURS and (state := sender_state(outbox)) is not None:
        notices = state.notices
    for notice in notices.values():
        sys.stderr.write(f"jupyter lightflow: {notice}\n")
    if outcome is Outcome.NOT_OURS:
        sys.stdout.write(f"{uri}: {last_holder(outbox) or 'another process'} sends already.\n")
    elif outcome is Outcome.ALL_SENT:
        sys.stdout.write(f"{uri}: all is sent ({bar.sent / _MEGABYTE:.1f} MB now).\n")
    elif outcome is Outcome.STILL_OPEN:
        sys.stdout.write(f"{uri}: all is sent that was logged so far; programs still run.\n")
    else:
        sys.stdout.write(f"{uri}: not all could be sent. The rest waits in {outbox}.\n")
    return outcome is not Outcome.SOME_LEFT


class _Bar:
    """Drawn where a person looks on; elsewhere nothing is."""

    def __init__(self) -> None:
        self.sent = 0
        self._drawn = ""

    def show(self, sent: int, waiting: int) -> None:
        self.sent = sent
        if not sys.stderr.isatty():
            return
        whole = max(sent + waiting, 1)
        filled = BAR_WIDTH * sent // whole
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        self._draw(f"[{bar}] {sent / _MEGABYTE:.1f} of {whole / _MEGABYTE:.1f} MB")

    def end(self) -> None:
        if self._drawn:
            sys.stderr.write("\n")

    def _draw(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(len(self._drawn)))
        sys.stderr.flush()
        self._drawn = text
