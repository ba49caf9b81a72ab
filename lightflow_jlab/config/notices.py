"""Our own failures, told once: a warning where the user sees it, kept for the UI, never raised."""

from __future__ import annotations

import os
import sys
import threading
import warnings

_lock = threading.Lock()
_told: dict[str, str] = {}


class LightflowWarning(UserWarning):
    """Something that Lightflow could not do; the user's code goes on."""


def warn_once(cause: str, message: str) -> None:
    """Tell `message` the first time that `cause` is met in this process; never raises."""
    with _lock:
        if cause in _told:
            return
        _told[cause] = message
    try:
        warnings.warn(message, LightflowWarning, stacklevel=3)
    except Exception:  # noqa: BLE001 - warnings turned into errors must not reach the user's code
        try:
            sys.stderr.write(f"Lightflow: {message}\n")
        except Exception:  # noqa: BLE001 - nobody is left to tell
            return


def tell(cause: str, message: str) -> None:
    """Have the UI show a message, in the place of what it last showed of this cause."""
    with _lock:
        _told[cause] = message


def take_back(cause: str) -> None:
    """Have the UI not show any more what was told of a cause."""
    with _lock:
        _told.pop(cause, None)


def notices() -> list[str]:
    """Return what was told in this process, oldest first."""
    with _lock:
        return list(_told.values())


def forget_notices() -> None:
    """Let each cause be told again."""
    with _lock:
        _told.clear()


def _after_fork_in_child() -> None:
    """Another thread may have held the lock at the fork; it is not in the child."""
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
