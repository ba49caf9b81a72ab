"""Outboxes in which runs still wait: their programs ended while the server was away.

Whoever starts next ships them on, a running server too, and it is told as long as they wait.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from lightflow_jlab.config.destinations import outboxes, server_of
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.importer.lease import is_held
from lightflow_jlab.importer.segments import open_cursor
from lightflow_jlab.remote.state import REFUSED, sender_state
from lightflow_jlab.remote.waiting_logs import WaitingLogs
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import SpoolFile

_READ_BYTES = 4 * 1024 * 1024
_MOST_READ_BYTES = 64 * 1024 * 1024
"""Of a longer log, the runs in its beginning are counted."""


class LeftOver(NamedTuple):
    outbox: Path
    uri: str
    runs: int
    is_sending: bool
    why: str
    """What the last sender said of the server; empty where it had no trouble."""

    def told(self) -> str:
        what = f"{self.runs} runs wait" if self.runs != 1 else "1 run waits"
        how = (
            "They are being sent."
            if self.is_sending
            else "`jupyter lightflow sync` sends them now."
        )
        return " ".join(filter(None, (f"{what} to be sent to {self.uri}.", self.why, how)))


def left_over() -> list[LeftOver]:
    """Return the outboxes of this person on this machine that something waits in. Reads logs."""
    found = []
    for outbox in outboxes():
        files = [file for log in WaitingLogs(outbox) for file in log.files]
        if not files:
            continue
        runs = frozenset[str]().union(*map(_runs_in, files))
        state = sender_state(outbox)
        notices = state.notices if state is not None else {}
        why = " ".join(text for cause, text in notices.items() if not cause.startswith(REFUSED))
        found.append(LeftOver(outbox, server_of(outbox) or "", len(runs), is_held(outbox), why))
    return found


def ship_on(start: Callable[[Path], object]) -> None:
    """Start a sender for each outbox that nobody sends."""
    for one in left_over():
        if not one.is_sending:
            start(one.outbox)


def _runs_in(file: SpoolFile) -> frozenset[str]:
    try:
        return _runs_up_to(file, file.path.stat().st_size)
    except (OSError, SpoolError, msgspec.MsgspecError):
        return frozenset()


@lru_cache(maxsize=1_000)
def _runs_up_to(file: SpoolFile, size_bytes: int) -> frozenset[str]:
    """Return the runs that a log names; `size_bytes` lets a log that grew be read anew."""
    cursor = open_cursor(file, None)
    if cursor is None:
        return frozenset()
    found = set[str]()
    while cursor.offset < min(size_bytes, _MOST_READ_BYTES):
        batch = cursor.reader.read(cursor.offset, _READ_BYTES, final=True)
        if batch.end == cursor.offset:
            break
        found.update(
            msgspec.msgpack.decode(record.payload, type=_Started).run_id
            for record in batch.records
            if record.type == RecordType.RUN_START
        )
        cursor.define_all(batch.records)
        cursor.advance(batch)
    return frozenset(found.union(cursor.runs.values()))


class _Started(msgspec.Struct):
    run_id: str
