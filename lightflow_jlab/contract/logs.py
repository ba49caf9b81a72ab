"""What two Lightflow servers' ends say to each other when a log is sent from one to the other."""

from __future__ import annotations

from msgspec import Struct


class SegmentState(Struct, frozen=True):
    """How much of a segment a server has."""

    segment: int
    size_bytes: int
    """Its header and whole frames that are safe on the server's disk."""
    imported_bytes: int
    """Up to here the store holds it."""
    finished: bool
    """It is wholly in the store, and takes nothing more."""


class LogState(Struct, frozen=True):
    """What a server has of one writer's log, by segment."""

    writer_id: str
    segments: list[SegmentState]
