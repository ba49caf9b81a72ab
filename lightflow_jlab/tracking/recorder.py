"""This process's end of the log: one writer per store, in each process and forked child."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from pathlib import Path

from lightflow_jlab.config.destinations import is_outbox
from lightflow_jlab.config.file_system import RESERVING, file_system, is_network
from lightflow_jlab.config.locations import fallback_spool_folder, spool_folder
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.tracking.delivery import Delivery
from lightflow_jlab.tracking.process import this_process

_lock = threading.Lock()
_recorders: dict[Path, Recorder] = {}


class Recorder:
    """A store as this process writes to it."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.spool_folders = spool_folders(store)
        self.writer = SpoolWriter(self.spool_folders, this_process())
        self.delivery: Delivery | None = None
        """Where the runs are a server's."""
        if is_outbox(store):
            self.delivery = Delivery(store)

    @property
    def position(self) -> tuple[str, int, int]:
        """Writer, segment and byte up to which this process has written."""
        return (self.writer.writer_id, *self.writer.position())


def spool_folders(store: Path, kind_of: Callable[[Path], str] = file_system) -> list[Path]:
    """Return where a store's log goes, in order of preference: a local disk before a network."""
    own, local = spool_folder(store), fallback_spool_folder(store)
    if is_network(kind_of(own)) and kind_of(local) in RESERVING:
        return [local, own]
    return [own, local]


def recorder_for(store: Path) -> Recorder:
    """Return the recorder of a store, made when first asked for. Nothing is written yet."""
    recorder = _recorders.get(store)
    if recorder is None:
        with _lock:
            recorder = _recorders.setdefault(store, Recorder(store))
    return recorder


def known_recorder(store: Path) -> Recorder | None:
    """Return the recorder of a store this process has written to, else None."""
    return _recorders.get(store)


def recorders() -> list[Recorder]:
    return list(_recorders.values())


def _after_fork_in_child() -> None:
    global _lock
    _lock = threading.Lock()
    process = this_process()
    for recorder in _recorders.values():
        recorder.writer.after_fork(process)


@atexit.register
def _close_writers() -> None:
    for recorder in recorders():
        recorder.writer.close()
        if recorder.delivery is not None:
            recorder.delivery.hand_over()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
