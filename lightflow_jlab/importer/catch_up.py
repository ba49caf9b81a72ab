"""Reading what was just written, with or without a server."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from lightflow_jlab.config.locations import all_spool_folders
from lightflow_jlab.errors import StoreDamagedError, StoreError
from lightflow_jlab.importer.importer import Importer
from lightflow_jlab.importer.lease import last_holder
from lightflow_jlab.importer.segments import open_cursor
from lightflow_jlab.spool.reader import list_segments
from lightflow_jlab.store.store import Store

Position = tuple[str, int, int]
"""Writer, segment, byte."""

_POLL_SECONDS = 0.01
_opened: dict[Path, tuple[int, Store, Importer | None]] = {}
_lock = threading.Lock()


def catch_up(
    folder: Path, *, position: Position | None = None, timeout_seconds: float = 10.0
) -> Store:
    """Return the store when it holds all that its log held at the call, and `position`.

    Imports it here where no other process does; else waits for the one that does.

    Raises
    ------
    StoreError
        The store can't be opened, or whoever imports has not come this far in time.
    """
    try:
        return _catch_up(folder, position, timeout_seconds)
    except StoreDamagedError:
        # By now another database is in its place: what it is rebuilt from is imported.
        return _catch_up(folder, position, timeout_seconds)


def _catch_up(folder: Path, position: Position | None, timeout_seconds: float) -> Store:
    with _lock:
        store, importer = _open(folder)
        if importer is None:
            return store
        if importer.take_lease():
            try:
                importer.run_once()
                importer.check_liveness()
            finally:
                importer.release()
            return store
    wanted = _written(store)
    if position is not None:
        writer_id, segment, offset = position
        wanted[writer_id, segment] = max(offset, wanted.get((writer_id, segment), 0))
    _wait(store, importer, wanted, time.monotonic() + timeout_seconds)
    return store


def _open(folder: Path) -> tuple[Store, Importer | None]:
    """Return the store of a folder as this process has it; a forked child opens its own."""
    known = _opened.get(folder)
    if known is None or known[0] != os.getpid() or not (folder / "lightflow.db").exists():
        store = Store.open(folder)
        importer = None if store.read_only else Importer(store)
        known = _opened[folder] = (os.getpid(), store, importer)
    return known[1], known[2]


def _written(store: Store) -> dict[tuple[str, int], int]:
    """Return up to which byte each segment holds whole records now."""
    ends: dict[tuple[str, int], int] = {}
    for folder in all_spool_folders(store.folder):
        for file in list_segments(folder):
            state = store.spool_offset(file.writer_id, file.segment)
            if state is not None and state[1]:
                continue
            cursor = open_cursor(file, state[0] if state else None)
            if cursor is not None:
                ends[file.writer_id, file.segment] = cursor.reader.end_of_records(cursor.offset)
    return ends


def _wait(
    store: Store, importer: Importer, wanted: dict[tuple[str, int], int], deadline: float
) -> None:
    while True:
        for segment, end in list(wanted.items()):
            state = store.spool_offset(*segment)
            if state is not None and (state[1] or state[0] >= end):
                del wanted[segment]
        if not wanted:
            return
        if time.monotonic() > deadline:
            holder = last_holder(store.folder) or "another process"
            raise StoreError(
                f"The store {store.folder} has not taken in what was logged: {holder} imports "
                "there and doesn't get on. Nothing is lost; try again, or end that process."
            )
        with _lock:
            if importer.take_lease():
                try:
                    importer.run_once()
                finally:
                    importer.release()
        time.sleep(_POLL_SECONDS)
