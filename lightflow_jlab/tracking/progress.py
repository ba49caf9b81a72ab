"""`lf.track(iterable)`: a progress bar that sets the step and records the rate."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Generic, TextIO, TypeVar
from weakref import WeakKeyDictionary

from lightflow_jlab.tracking import active

if TYPE_CHECKING:
    from lightflow_jlab.tracking.run import ActiveRun

T = TypeVar("T")

REDRAW_SECONDS = 0.2
RATE_SECONDS = 2.0
_WIDTH = 24

_counted: WeakKeyDictionary[ActiveRun, dict[tuple[int, str], int]] = WeakKeyDictionary()
"""By run, depth and label: iterations so far, so that an inner loop counts on when it is entered
again."""
_depth = 0


class Progress(Generic[T]):
    """Iterates as what it is given does; each iteration is a step of the active run.

    Inside of another bar, steps go on counting over the outer iterations. Metrics that are logged
    with a step keep theirs.
    """

    def __init__(self, items: Iterable[T], label: str, total: int | None) -> None:
        self._items = items
        self._label = label
        self._total = total if total is not None else _length(items)

    def __len__(self) -> int:
        if self._total is None:
            raise TypeError("The number of iterations is not known. Give it: lf.track(…, total=…).")
        return self._total

    def __iter__(self) -> Iterator[T]:
        global _depth
        bar = _Bar(self._label, self._total)
        place = (_depth, self._label)
        _depth += 1
        run: ActiveRun | None = None
        outer: int | None = None
        try:
            for index, item in enumerate(self._items):
                now = active.active()
                if now is not run:
                    run, outer = now, now.step if now else None
                if run is not None:
                    counted = _counted.setdefault(run, {})
                    # A run that the loop's body started counts from where the loop is.
                    run.step = counted.get(place, index)
                    counted[place] = run.step + 1
                yield item
                bar.advance(run)
        finally:
            _depth -= 1
            if run is not None:
                run.step = outer
            bar.close(run)


def is_looked_at(stream: TextIO) -> bool:
    """Tell whether a stream is shown in a notebook or a terminal."""
    return type(stream).__module__.startswith("ipykernel") or stream.isatty()


class _Bar:
    """Draws on stderr where somebody looks: in a notebook or a terminal."""

    def __init__(self, label: str, total: int | None) -> None:
        self._label = label
        self._total = total
        self._done = 0
        self._began = self._drawn = self._rated = time.monotonic()
        self._done_when_rated = 0
        self._visible = is_looked_at(sys.stderr)

    def advance(self, run: ActiveRun | None) -> None:
        self._done += 1
        now = time.monotonic()
        if now - self._rated >= RATE_SECONDS:
            self._log_rate(run, now)
        if self._visible and now - self._drawn >= REDRAW_SECONDS:
            self._draw(now)

    def close(self, run: ActiveRun | None) -> None:
        now = time.monotonic()
        if self._done:
            self._log_rate(run, now)
        if self._visible:
            self._draw(now)
            sys.stderr.write("\n")
            sys.stderr.flush()

    def _log_rate(self, run: ActiveRun | None, now: float) -> None:
        done, seconds = self._done - self._done_when_rated, now - self._rated
        self._rated, self._done_when_rated = now, self._done
        if run is not None and run.info.status == "RUNNING" and done and seconds > 0:
            prefix = f"{self._label}/" if self._label else ""
            run.log_metric(f"{prefix}iterations_per_second", done / seconds, origin="auto")

    def _draw(self, now: float) -> None:
        self._drawn = now
        seconds = now - self._began
        parts = [self._label] if self._label else []
        if self._total:
            filled = min(_WIDTH, _WIDTH * self._done // self._total)
            parts.append("█" * filled + "░" * (_WIDTH - filled))
            parts.append(f"{self._done}/{self._total}")
        else:
            parts.append(str(self._done))
        parts.append(f"{seconds:.1f} s")
        if seconds > 0:
            parts.append(f"{self._done / seconds:.3g}/s")
        sys.stderr.write("\r" + " ".join(parts))
        sys.stderr.flush()


def _length(items: Iterable[object]) -> int | None:
    try:
        return len(items)  # type: ignore[arg-type]
    except TypeError:
        return None
