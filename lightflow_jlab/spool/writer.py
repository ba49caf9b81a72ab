"""The writing end of the spool: what a `log_metric` call does before it returns, and no more.

`point` is the hot path: pack, checksum, one store into the mapping, under one lock. Files are
opened ahead, synced and closed by helper threads. Failures never leave this module as exceptions:
the writer moves to its fallback folder, holds records in memory, and at last counts what is lost.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.contract.records import Process
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool import format as fmt
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.segment import Segment, open_segment
from lightflow_jlab.spool.supply import Supply
from lightflow_jlab.spool.tail import Tail
from lightflow_jlab.spool.upkeep import Upkeep

FIRST_SEGMENT_BYTES = 1024 * 1024
SEGMENT_BYTES = 16 * 1024 * 1024


class SpoolWriter:
    """Appends records to files of its own. All methods may be called from any thread.

    Parameters
    ----------
    folders
        Spool folders in order of preference; the first that can be written is used.
    process
        Who writes, for those who judge liveness.
    """

    def __init__(
        self,
        folders: list[Path],
        process: Process,
        *,
        first_segment_bytes: int = FIRST_SEGMENT_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
        opener: Callable[[Path, int], Segment] = open_segment,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folders = folders
        self._sizes = (first_segment_bytes, segment_bytes)
        self._opener = opener
        self._clock = clock
        self._tail = Tail(self._append)
        self.point = self._tail.point
        """Append one point: numbers of `define_run` and `define_key`, step, time in ms, value."""
        self._begin(process)

    def _begin(self, process: Process) -> None:
        self._pid = os.getpid()
        self._dropped_told = 0
        self._tail.begin(process)
        supply = Supply(self._folders, self._opener, self._clock)
        self._upkeep = Upkeep(self._tail, supply, self._sizes, self._clock)

    # --- what is logged

    def points(
        self, run: int, step: int, time_ms: int, keys: list[int], values: list[float]
    ) -> None:
        """Append one value for each of several metrics, all at one step."""
        count = len(keys)
        payload = fmt.POINTS_HEAD.pack(run, count, step, time_ms) + struct.pack(
            f"<{count}I{count}d", *keys, *values
        )
        self._append(RecordType.POINTS, payload)

    def record(self, record_type: RecordType, payload: msgspec.Struct) -> None:
        """Append a struct of `contract.records`."""
        if record_type == RecordType.RUN_START:
            self._upkeep.open_runs += 1
        elif record_type == RecordType.RUN_END:
            self._upkeep.open_runs -= 1
        self._append(record_type, msgspec.msgpack.encode(payload))

    def define_run(self, run_id: str) -> int:
        """Return the number that stands for `run_id` in this writer's records."""
        return self._define(self._tail.runs, RecordType.DEFINE_RUN, run_id)

    def define_key(self, key: str) -> int:
        """Return the number that stands for a metric key in this writer's records."""
        return self._define(self._tail.keys, RecordType.DEFINE_KEY, key)

    def _append(self, record_type: int, payload: bytes) -> None:
        if not self._tail.offer(record_type, payload):
            self._upkeep.make_room(len(payload))
            self._tail.offer_or_hold(record_type, payload)
        self._upkeep.after_append()

    def _define(self, table: dict[str, int], record_type: RecordType, name: str) -> int:
        if (known := table.get(name)) is not None:
            return known
        if not self._tail.offer_name(table, record_type, name, hold=False):
            self._upkeep.make_room(4 * len(name))
            self._tail.offer_name(table, record_type, name, hold=True)
        self._upkeep.after_append()
        return table[name]

    # --- how it stands

    @property
    def writer_id(self) -> str:
        return self._tail.writer_id

    @property
    def dropped(self) -> int:
        """Points and records that could not be kept anywhere."""
        return self._tail.held.dropped

    @property
    def slow(self) -> bool:
        """True while a helper thread writes, since the disk is slow."""
        return (segment := self._tail.segment) is not None and segment.slow

    def position(self) -> tuple[int, int]:
        """Return segment and byte up to which this writer has written.

        Waits a moment for what a helper thread still has to write to a slow disk.
        """
        self._upkeep.settle()
        with self._tail.lock:
            return self._tail.number, self._tail.position

    def sync(self) -> None:
        """Return when all that was logged is on the disk.

        Raises
        ------
        OSError
            The disk refuses; or records were dropped, or wait in memory for a disk to take them.
        """
        held = self._tail.held
        if self._pid != os.getpid() or (not self._tail.number and not len(held)):
            return
        self._upkeep.sync()
        waiting, dropped = len(held), self.dropped - self._dropped_told
        self._dropped_told += dropped
        if waiting or dropped or self._upkeep.never_synced:
            raise SpoolError(
                f"Not all that was logged is on the disk: {waiting:,} records wait in memory and "
                f"{dropped:,} were dropped since the last flush, because no folder could be "
                "written. Free some space, or set LIGHTFLOW_TRACKING_URI to another folder."
            )

    def close(self) -> None:
        """End the writer in order, within two seconds whatever the disk does.

        What is logged afterwards is counted as dropped.
        """
        if self._tail.closed or self._pid != os.getpid():
            return
        self._upkeep.write_held()
        self._tail.end()
        held = self._tail.held
        if len(held):
            warn_once("spool-lost", f"{len(held):,} records could not be written anywhere.")
            held.drop_all()
        self._upkeep.finish()

    def after_fork(self, process: Process) -> None:
        """Make this a new writer in a forked child; the files stay the parent's."""
        tail = self._tail
        for segment in (tail.segment, tail.prepared, *tail.retired):
            if segment is not None:
                segment.abandon()
        self._begin(process)
