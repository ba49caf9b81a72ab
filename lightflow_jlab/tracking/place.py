"""Where runs start that nobody placed: the seam by which a notebook tells of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lightflow_jlab.tracking.run import ActiveRun, Source


class Place(Protocol):
    def source(self) -> Source | None:
        """Return where a run comes from that starts now; None where it isn't known."""

    def started(self, run: ActiveRun) -> None:
        """Take note of a run that started here. Never raises."""


_place: Place | None = None


def set_place(place: Place | None) -> None:
    """Let the runs of this process that start without a source of their own start there."""
    global _place
    _place = place


def current_place() -> Place | None:
    return _place
