"""The time of the wall, as the store keeps it."""

from __future__ import annotations

import time


def now_milliseconds() -> int:
    """Return the time since the epoch."""
    return time.time_ns() // 1_000_000
