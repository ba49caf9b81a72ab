"""Logs in the person's own folder whose store has moved: found, and given to a store."""

from __future__ import annotations

import shutil
from pathlib import Path

from lightflow_jlab.config.locations import (
    fallback_spool_folder,
    make_private_folder,
    spool_folder,
    state_folder,
)
from lightflow_jlab.errors import ConflictError, NotFoundError
from lightflow_jlab.importer.liveness import Sight, look_at
from lightflow_jlab.importer.segments import open_cursor
from lightflow_jlab.spool.reader import SpoolFile, list_segments


def orphans(store: Path) -> list[str]:
    """Return the names of the logs in the person's folder that are not this store's."""
    root = state_folder() / "spool"
    folders = [folder for folder in root.iterdir() if folder.is_dir()] if root.is_dir() else []
    own = fallback_spool_folder(store)
    return sorted(folder.name for folder in folders if folder != own and list_segments(folder))


def adopt(name: str, store: Path) -> int:
    """Give the log that `orphans` lists under a name to a store; return how many files.

    Raises
    ------
    NotFoundError
        The name is not listed.
    ConflictError
        A process still writes there, and would lose sight of a file that is moved.
    """
    names = orphans(store)
    if name not in names:
        raise NotFoundError(f"No log is called {name!r}. There are: {', '.join(names) or 'none'}.")
    files = list_segments(state_folder() / "spool" / name)
    for file in files:
        _check_ended(file)
    target = make_private_folder(spool_folder(store))
    for file in files:
        shutil.move(file.path, target / file.path.name)
    return len(files)


def _check_ended(file: SpoolFile) -> None:
    cursor = open_cursor(file, None)
    if cursor is None:
        return
    cursor.next_batch(final=False)
    if cursor.process is not None and look_at(cursor.process) is Sight.ALIVE:
        raise ConflictError(
            f"The process {cursor.process.pid} still writes {file.path}. Try again when it ended."
        )
