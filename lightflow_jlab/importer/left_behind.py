"""Files in a spool folder that nothing can be read from: set aside or removed when they are old."""

from __future__ import annotations

import time
from pathlib import Path

from lightflow_jlab.config.locations import make_private_folder
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.errors import SpoolDamagedError
from lightflow_jlab.importer.liveness import Sight, look_at
from lightflow_jlab.spool.format import parse_segment_name
from lightflow_jlab.spool.reader import SegmentReader, is_begun
from lightflow_jlab.store.liveness import process_of
from lightflow_jlab.store.store import Store

DAMAGED_FOLDER = "damaged"
DAMAGED_SECONDS = 60.0
"""A file whose head is wrong for so long is not just being begun."""
UNBEGUN_SECONDS = 86_400.0
"""A writer begins its first file at once; those that it opens ahead come after others."""


def clear(folder: Path, store: Store) -> None:
    """Set aside files with a damaged head, and remove those that their writer never began."""
    try:
        names = {path: name for path in folder.iterdir() if (name := parse_segment_name(path))}
    except FileNotFoundError:
        return
    begun = {path for path in names if is_begun(path)}
    writers = {names[path][0] for path in begun}
    for path, (writer_id, _) in names.items():
        if path in begun:
            _set_aside_damaged(path)
        elif (
            writer_id not in writers
            and _seconds_untouched(path) > UNBEGUN_SECONDS
            and not _may_write(store, writer_id)
        ):
            path.unlink(missing_ok=True)


def _may_write(store: Store, writer_id: str) -> bool:
    process = store.ask(process_of, writer_id)
    return process is not None and look_at(process) is not Sight.GONE


def _set_aside_damaged(path: Path) -> None:
    try:
        SegmentReader(path)
    except SpoolDamagedError as error:
        if _seconds_untouched(path) <= DAMAGED_SECONDS:
            return
        target = path.parent / DAMAGED_FOLDER / path.name
        make_private_folder(target.parent)
        path.replace(target)
        warn_once(
            f"spool-damaged:{path.name}",
            f"A file of the log can't be read ({error}). What it held is not in the store; it was "
            f"set aside as {target}.",
        )
    except OSError:
        # It is being put away, or a newer Lightflow wrote it.
        return


def _seconds_untouched(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
