"""What helper threads do for the log: open files ahead, write, sync and close them.

One thread opens and writes, another syncs and closes, so that a slow `fsync` never delays opening.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import msgspec

from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.contract.records import Heartbeat
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.segment import Segment
from lightflow_jlab.spool.supply import Supply
from lightflow_jlab.spool.tail import Tail
from lightflow_jlab.spool.worker import Worker

TICK_SECONDS = 1.0
RETRY_SECONDS = 2.0
HEARTBEAT_SECONDS = 10.0
PATIENCE_SECONDS = 0.8
"""How long a call, and the end of the process, waits for a helper thread stuck in a file system."""
RETIRED_MOST = 4
"""Ended segments that are kept open to be synced again after the disk refused."""
_OF_ONE_SEGMENT = (
    RecordType.WRITER,
    RecordType.DEFINE_RUN,
    RecordType.DEFINE_KEY,
    RecordType.SEGMENT_END,
)


class Upkeep:
    """Looks after the segments of one `Tail`. Its public methods may be called from any thread."""

    def __init__(
        self,
        tail: Tail,
        supply: Supply,
        sizes: tuple[int, int],
        clock: Callable[[], float],
    ) -> None:
        self.open_runs = 0
        """While there are any, signs of life are written."""
        self.never_synced = False
        """True when a segment had to be closed though the disk refused to sync it."""
        self._tail = tail
        self._supply = supply
        self._next_bytes, self._segment_bytes = sizes
        self._clock = clock
        self._opening = Worker(self._look_after, TICK_SECONDS)
        self._syncing = Worker(self._sync_all, TICK_SECONDS)
        self._synced = (0, 0)
        self._retry_at = 0.0
        self._drain_asked = False
        self._beat_at = clock() + HEARTBEAT_SECONDS

    # --- asked by threads that log

    def make_room(self, payload_bytes: int) -> None:
        """Wait a moment for a file to be opened or written, unless that was vain just now."""
        if not self._tail.closed and self._clock() >= self._retry_at:
            self._opening.ask_and_wait(partial(self._prepare, payload_bytes), PATIENCE_SECONDS)

    def after_append(self) -> None:
        """Write where nothing is mapped, and have the next segment opened ahead."""
        segment = self._tail.segment
        if segment is None:
            return
        if segment.mapping is None and segment.pending:
            self._drain(segment)
        if self._tail.wants_next():
            self._opening.ask(partial(self._prepare, 0))

    def settle(self) -> None:
        """Wait a moment for what is not in a file yet."""
        if (segment := self._tail.segment) is not None and segment.pending:
            self._opening.ask_and_wait(self._look_after, PATIENCE_SECONDS)

    def sync(self) -> None:
        """Return when all that is in files is on the disk. Raises OSError."""
        if len(self._tail.held):
            self._opening.ask(partial(self._prepare, 0)).wait()
        ticket = self._syncing.ask(self._sync_all)
        ticket.wait()
        if ticket.error is not None:
            raise ticket.error

    def write_held(self) -> None:
        """Try a last time to write what waits in memory."""
        if len(self._tail.held):
            self._opening.ask_and_wait(partial(self._prepare, 0), PATIENCE_SECONDS)

    def finish(self) -> None:
        """Write, sync and close all files of a tail that has ended; wait a moment for it."""
        tail = self._tail
        if tail.number or tail.prepared is not None:
            self._opening.ask_and_wait(self._discard_prepared, PATIENCE_SECONDS)
            self._syncing.ask_and_wait(self._sync_all, PATIENCE_SECONDS)
        self._opening.stop()
        self._syncing.stop()
        if unwritten := sum(len(ended.pending) for ended in tail.retired):
            warn_once(
                "spool-unwritten",
                f"The disk did not take the last {unwritten:,} bytes of the log in time.",
            )

    def _drain(self, segment: Segment) -> None:
        # A segment counts as ended when the next one has begun: what it lacks is written first.
        if segment.slow or any(earlier.pending for earlier in self._tail.retired):
            if not self._drain_asked:
                self._drain_asked = True
                self._opening.ask(self._drain_all)
            return
        try:
            segment.drain(PATIENCE_SECONDS)
        except OSError as error:
            self._opening.ask_and_wait(partial(self._leave, segment, error), PATIENCE_SECONDS)

    # --- in the thread that opens and writes

    def _look_after(self) -> None:
        tail = self._tail
        if len(tail.held) and self._clock() >= self._retry_at:
            self._prepare(0)
        self._drain_all()
        if self.open_runs > 0 and self._clock() >= self._beat_at:
            self._beat_at = self._clock() + HEARTBEAT_SECONDS
            beat = Heartbeat(time.time_ns() // 1_000_000, tail.held.dropped)
            if tail.offer(RecordType.HEARTBEAT, msgspec.msgpack.encode(beat)):
                self._drain_all()

    def _prepare(self, payload_bytes: int) -> None:
        """Have a segment to go on in, and put into it what waits in memory."""
        tail = self._tail
        while self._open_next(payload_bytes):
            with tail.lock:
                if tail.put_held():
                    break
        self._drain_all(hopeful=False)
        # Synced later, maybe much later: a hung disk must not keep the memory.
        for ended in tail.retired:
            ended.unmap()

    def _open_next(self, payload_bytes: int) -> bool:
        tail = self._tail
        with tail.lock:
            if tail.closed:
                return False
            least = tail.least_bytes(payload_bytes)
            too_small, prepared = None, tail.prepared
            if prepared is not None and prepared.capacity < least:
                too_small, prepared = prepared, None
                tail.prepared = None
            name = fmt.segment_name(tail.writer_id, tail.number + 1)
        if too_small is not None:
            too_small.discard()
        if prepared is None:
            prepared = self._supply.open(name, max(self._next_bytes, least), least)
            with tail.lock:
                tail.prepared = prepared
                self._retry_at = 0.0 if prepared else self._clock() + RETRY_SECONDS
                self._next_bytes = self._segment_bytes
        return prepared is not None

    def _drain_all(self, *, hopeful: bool = True) -> None:
        """Write what is pending, the oldest first; where that fails, go on elsewhere if hopeful."""
        self._drain_asked = False
        tail = self._tail
        with tail.lock:
            segments = (*tail.retired, *((tail.segment,) if tail.segment else ()))
        for segment in segments:
            try:
                segment.drain()
            except OSError as error:
                self._leave(segment, error, hopeful=hopeful)
                return

    def _leave(self, segment: Segment, error: OSError, *, hopeful: bool = True) -> None:
        """Give up a segment that can't be written: what it lacks goes into another one."""
        tail = self._tail
        self._supply.avoid(segment.path.parent, error)
        with tail.lock:
            unwritten = fmt.split_frames(segment.take_back())
            tail.held.put_first([one for one in unwritten if one[0] not in _OF_ONE_SEGMENT])
            if segment is tail.segment:
                tail.retire()
        if hopeful:
            self._prepare(0)
        else:
            self._retry_at = self._clock() + RETRY_SECONDS

    def _discard_prepared(self) -> None:
        with self._tail.lock:
            prepared, self._tail.prepared = self._tail.prepared, None
        if prepared is not None:
            prepared.discard()

    # --- in the thread that syncs and closes

    def _sync_all(self) -> None:
        tail = self._tail
        with tail.lock:
            retired, segment, end = tail.retired, tail.segment, tail.position
            reached = (tail.number, end)
        failure: OSError | None = None
        for ended in retired:
            try:
                ended.sync(ended.length or 0)
            except OSError as error:
                if ended.pending:
                    raise
                failure = error
                if len(retired) <= RETIRED_MOST and not tail.closed:
                    continue
                self.never_synced = True
            with tail.lock:
                tail.retired = tuple(kept for kept in tail.retired if kept is not ended)
            ended.close()
        if segment is not None and reached != self._synced:
            try:
                segment.sync(end)
                self._synced = reached
            except OSError as error:
                failure = error
                self._supply.avoid(segment.path.parent, error)
        if failure is not None:
            raise failure
