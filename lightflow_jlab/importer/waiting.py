"""What a log holds that is not in the store yet, and importing it without a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lightflow_jlab.config.locations import all_spool_folders
from lightflow_jlab.importer.importer import Importer
from lightflow_jlab.importer.lease import last_holder
from lightflow_jlab.spool.reader import list_segments
from lightflow_jlab.store.store import Store


class Imported(NamedTuple):
    records: int
    """And points."""
    ended: int
    """Runs of programs that are gone."""
    busy: str = ""
    """Who imports already, where nothing was to be done here."""


def import_waiting(folder: Path, tell: Callable[[int], None] = lambda total: None) -> Imported:
    """Import all that was logged; `tell` hears how much it is so far."""
    store = Store.open(folder)
    importer = Importer(store)
    try:
        if not importer.take_lease():
            return Imported(0, 0, str(last_holder(folder) or "Another process"))
        total = 0
        while count := importer.run_once():
            total += count
            tell(total)
        ended = importer.check_liveness()
        importer.close_logs_of_the_dead()
    finally:
        importer.close()
        store.close()
    return Imported(total, ended)


def live_segments(folder: Path) -> list[Path]:
    """Return the log files that are not put away: of programs that run, or not imported yet."""
    return [file.path for spool in all_spool_folders(folder) for file in list_segments(spool)]
