"""Where the next segment comes from: the first folder that takes one, and what is said if none."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path

from lightflow_jlab.config.locations import make_private_folder
from lightflow_jlab.config.notices import warn_once
from lightflow_jlab.spool.segment import Segment

SMALLEST_BYTES = 64 * 1024
"""A nearly full disk is used up in segments this small."""
AVOID_SECONDS = 60.0
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Supply:
    """Opens segments. Used by one thread at a time.

    Parameters
    ----------
    folders
        In order of preference.
    """

    def __init__(
        self,
        folders: list[Path],
        opener: Callable[[Path, int], Segment],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folders = folders
        self._opener = opener
        self._clock = clock
        self._avoided: dict[Path, float] = {}

    def open(self, name: str, capacity: int, least: int) -> Segment | None:
        """Return a new segment of about `capacity` bytes, `least` on a nearly full disk."""
        now = self._clock()
        good = [folder for folder in self._folders if self._avoided.get(folder, 0.0) <= now]
        for folder in good or self._folders:
            size = capacity
            while True:
                try:
                    return self._opener(make_private_folder(folder) / name, size)
                except OSError as error:
                    if error.errno in _FULL and size // 4 >= max(least, SMALLEST_BYTES):
                        size //= 4
                        continue
                    self.blame(folder, error)
                    break
        return None

    def avoid(self, folder: Path, error: OSError) -> None:
        """Prefer other folders for a minute: this one doesn't keep what it is given."""
        self._avoided[folder] = self._clock() + AVOID_SECONDS
        self.blame(folder, error)

    def blame(self, folder: Path, error: OSError) -> None:
        """Tell once why a folder is not used, and what becomes of what is logged."""
        reason = f"{folder} can't be written ({error.strerror or error})"
        last = self._folders[-1]
        if folder != last:
            told = (
                f"{reason}. Your code goes on; its runs are kept in {last} "
                "and join the store when it can be written again."
            )
        else:
            told = (
                f"{reason}. Your code goes on, but what it logs now is lost until there is space. "
                "Free some, or set LIGHTFLOW_TRACKING_URI to another folder."
            )
        warn_once(f"spool:{folder}:{error.errno}", told)
