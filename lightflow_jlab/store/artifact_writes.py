"""Writes and removes files of a folder without ever following a link out of it, or within it."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from lightflow_jlab.config.locations import make_private_folder
from lightflow_jlab.errors import InvalidValueError

_DRAFTS = "incoming"
_HANDLES = os.open in os.supports_dir_fd and os.mkdir in os.supports_dir_fd
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


class FoundFile(NamedTuple):
    path: str
    is_dir: bool
    size_bytes: int


def open_draft(store: Path) -> tuple[Path, BinaryIO]:
    """Return a new file, 0600, on the store's disk: what arrives is shown when it is whole."""
    draft = make_private_folder(store / _DRAFTS) / secrets.token_hex(16)
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    return draft, os.fdopen(descriptor, "wb")


def publish(store: Path, draft: Path, parts: tuple[str, ...]) -> None:
    """Put a draft at its place below the store, in the stead of what was there.

    Raises `InvalidValueError` where a link or a file stands in a folder's place.
    """
    try:
        with _folder_below(store, parts[:-1], make=True) as folder:
            if isinstance(folder, int):
                os.replace(draft, parts[-1], dst_dir_fd=folder)
            else:
                draft.replace(folder / parts[-1])
    except OSError as error:
        raise InvalidValueError(
            f"The file {parts[-1]!r} can't be put there ({error.strerror}): a file or a link "
            "stands where a folder is wanted, or a folder where the file is."
        ) from None


def remove(store: Path, parts: tuple[str, ...]) -> None:
    """Remove a file, or a folder with all in it; a link is removed itself."""
    with contextlib.suppress(FileNotFoundError), _folder_below(store, parts[:-1]) as folder:
        _remove(folder, parts[-1])


def list_folder(store: Path, parts: tuple[str, ...]) -> list[FoundFile]:
    """Return the files and folders directly in a folder, by name; links are left out."""
    try:
        with _folder_below(store, parts) as folder, os.scandir(folder) as entries:
            found = [
                FoundFile(one.name, one.is_dir(follow_symlinks=False), _size(one))
                for one in entries
                if not one.is_symlink()
            ]
    except OSError:
        return []
    return sorted(found)


def _size(entry: os.DirEntry[str]) -> int:
    return entry.stat(follow_symlinks=False).st_size


def _remove(folder: int | Path, name: str) -> None:
    at = folder if isinstance(folder, int) else None
    path = name if isinstance(folder, int) else folder / name
    if not stat.S_ISDIR(os.stat(path, dir_fd=at, follow_symlinks=False).st_mode):
        os.unlink(path, dir_fd=at)
        return
    inner = os.open(path, _FOLDER, dir_fd=at) if isinstance(folder, int) else Path(path)
    try:
        for below in os.listdir(inner):
            _remove(inner, below)
    finally:
        if isinstance(inner, int):
            os.close(inner)
    os.rmdir(path, dir_fd=at)


@contextlib.contextmanager
def _folder_below(
    store: Path, parts: tuple[str, ...], *, make: bool = False
) -> Iterator[int | Path]:
    """Give a folder below the store: a handle of it, or its path where a system has no handles."""
    if not _HANDLES:
        yield _path_below(store, parts, make)
        return
    folder = os.open(store, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, 0o700, dir_fd=folder)
            inner = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _path_below(store: Path, parts: tuple[str, ...], make: bool) -> Path:
    path = store
    for part in parts:
        path = path / part
        if make:
            path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or getattr(found, "st_reparse_tag", 0) != 0:
            raise NotADirectoryError(f"{part!r} is no folder, or a link.")
    return path
