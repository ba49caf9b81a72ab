"""How far a long command is, where a person looks on."""

from __future__ import annotations

import sys
import time

_SHOW_SECONDS = 0.2
_BAR_WIDTH = 30


class Progress:
    """A bar of runs on standard error; nothing where that is no terminal."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._shown = 0.0

    def show(self, count: int, *, last: bool = False) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self._shown < _SHOW_SECONDS and not last):
            return
        self._shown = now
        done = f"{count}/{self._total}" if self._total else str(count)
        bar = "#" * (_BAR_WIDTH * count // self._total) if self._total else ""
        sys.stderr.write(f"\r{done} runs {bar:{_BAR_WIDTH}}" + ("\n" if last else ""))
        sys.stderr.flush()
