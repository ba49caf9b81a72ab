"""Whether writes are quick enough to be made in the call that logs."""

from __future__ import annotations

QUICK_SECONDS = 0.001
SLOW_SCORE = 8.0
MOST_SCORE = 16.0
FORGIVEN = 0.1
"""What a quick write takes back; a slow one adds 1 per millisecond."""


class Pace:
    """Judges by how long writes took: eight slow ones, or one very slow one, make the pace slow;
    about a hundred quick ones make it good again.
    """

    def __init__(self) -> None:
        self.slow = False
        self._score = 0.0

    def note(self, seconds: float) -> None:
        if seconds > QUICK_SECONDS:
            self._score = min(MOST_SCORE, self._score + seconds / QUICK_SECONDS)
        else:
            self._score = max(0.0, self._score - FORGIVEN)
        if self._score >= SLOW_SCORE:
            self.slow = True
        elif not self._score:
            self.slow = False
