"""What this process reaches for while a test looks: files, addresses and programs."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import lightflow_jlab

INSTALLED = (sys.prefix, sys.base_prefix, Path(lightflow_jlab.__file__).parent)
"""Where modules are loaded from when they are first used."""
_PATHS = {
    "open": 1,
    "os.chmod": 1,
    "os.link": 2,
    "os.listdir": 1,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.scandir": 1,
    "os.symlink": 2,
    "os.truncate": 1,
    "sqlite3.connect": 1,
}
"""Events that are about files, and how many of their arguments are paths."""
_ON_OTHERS = {
    "ftplib.connect",
    "os.exec",
    "os.posix_spawn",
    "os.system",
    "pickle.find_class",
    "socket.connect",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "urllib.Request",
}
_looking: list[Reached] = []


class Reached:
    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.others: set[str] = set()
        """Events of Python's audit that are about other than files, with their arguments."""

    def outside(self, *folders: Path | str) -> list[str]:
        """Return the paths that lie in none of the folders.

        One plain name is opened below a folder that is held open, and no link is followed there.
        """
        inside = [Path(folder).resolve() for folder in folders]
        return sorted(
            path
            for path in self.paths
            if (os.sep in path or path == os.pardir)
            and not any(
                Path(path.removeprefix("file:")).resolve().is_relative_to(one) for one in inside
            )
        )


@contextlib.contextmanager
def reached() -> Iterator[Reached]:
    """Look for as long as the context lasts, in all threads."""
    if not _looking:
        sys.addaudithook(_look)
    found = Reached()
    _looking.append(found)
    try:
        yield found
    finally:
        # Never emptied: a hook can't be taken off again.
        _looking[_looking.index(found)] = Reached()


def _look(event: str, arguments: tuple[object, ...]) -> None:
    if event in _PATHS:
        given = arguments[: _PATHS[event]]
        paths = {os.fsdecode(one) for one in given if isinstance(one, str | bytes | os.PathLike)}
        for one in _looking:
            one.paths |= paths
    elif event in _ON_OTHERS:
        for one in _looking:
            one.others.add(f"{event} {arguments!r}")
