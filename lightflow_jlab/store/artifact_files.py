"""Opens files of a folder without ever following a link out of it, or within it."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.limits import check_artifact_path, check_run_id
from lightflow_jlab.errors import NotFoundError

_FILE_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def open_artifact(store: Path, run_id: str, path: str) -> BinaryIO:
    """Return a regular file of a run, open for reading; see `open_inside`."""
    return open_inside(store, artifact_folder(store, check_run_id(run_id)), path)


def open_inside(store: Path, folder: Path, path: str) -> BinaryIO:
    """Return a regular file below one of the store's folders, open for reading.

    Raises
    ------
    LocationError
        The path could lead elsewhere.
    NotFoundError
        There is no such file, or a link, a folder or a device stands in its place.
    """
    parts = (*folder.relative_to(store).parts, *PurePosixPath(check_artifact_path(path)).parts)
    try:
        descriptor = _open_below(store, parts)
    except (OSError, ValueError):
        raise _missing(path) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _missing(path)
    return os.fdopen(descriptor, "rb")


def _missing(path: str) -> NotFoundError:
    return NotFoundError(
        f"The artifact {path!r} is not there as a file. It may have been removed or replaced by "
        "a link, which is not followed."
    )


def open_below_by_handles(base: Path, parts: tuple[str, ...]) -> int:
    """Open each folder from its parent's handle: what is swapped meanwhile can't be entered."""
    folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(part, flags, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FILE_FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def open_below_by_names(base: Path, parts: tuple[str, ...]) -> int:
    """Open by name and compare afterwards, where a system has no folder handles."""
    path = base.joinpath(*parts)
    _refuse_links(base, parts)
    descriptor = os.open(path, _FILE_FLAGS)
    try:
        _refuse_links(base, parts)
        if not os.path.samestat(os.fstat(descriptor), path.lstat()):
            raise OSError("The file was replaced while it was opened.")
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_links(base: Path, parts: tuple[str, ...]) -> None:
    path = base
    for part in parts:
        path = path / part
        found = path.lstat()
        attributes = getattr(found, "st_file_attributes", 0)
        if stat.S_ISLNK(found.st_mode) or attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT:
            raise OSError("A link stands in the way.")


_open_below = open_below_by_handles if os.open in os.supports_dir_fd else open_below_by_names
