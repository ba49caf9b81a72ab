"""What one check found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    check: str
    level: Level
    text: str
    """A sentence; of a problem, also what to do."""
    fix: Callable[[], object] | None = None
    """Mends it without harm to anything, where that is possible."""


def ok(check: str, text: str) -> Finding:
    return Finding(check, "ok", text)


def note(check: str, text: str) -> Finding:
    return Finding(check, "note", text)


def problem(check: str, text: str, fix: Callable[[], object] | None = None) -> Finding:
    return Finding(check, "problem", text, fix)
