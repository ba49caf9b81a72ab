"""What waits to be sent to servers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lightflow_jlab.cli.checks.finding import Finding, note, ok, problem


def check_outboxes() -> Iterator[Finding]:
    from lightflow_jlab.cli.send import send_all
    from lightflow_jlab.remote.left_over import left_over

    waiting = left_over()
    if not waiting:
        yield ok("to send", "Nothing waits to be sent to a server.")
    for one in waiting:
        if one.is_sending:
            yield note("to send", one.told())
        else:
            yield problem("to send", one.told(), partial(send_all, [one.outbox]))
