"""What can be imported: each kind of source knows itself, and tells of what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from lightflow_jlab.store.adopt import FoundExperiment, FoundRun
from lightflow_jlab.store.adopt_models import FoundModel, FoundRegisteredModel

_WIDEST = 1 << 63


def whole(number: str | float) -> int:
    """Return a step or a time. Raises `ValueError` for one that a store can't hold."""
    found = int(number)
    if not -_WIDEST <= found < _WIDEST:
        raise ValueError(f"{found} has more than 64 bits")
    return found


class Source(Protocol):
    """Something that another tracker wrote. Nothing of it is ever changed."""

    name: str
    """What it is, for the report."""

    def experiments(self) -> Iterator[FoundExperiment]: ...

    def run_count(self) -> int:
        """Return 0 where it isn't known before all were read."""
        ...

    def runs(self) -> Iterator[FoundRun]: ...

    def left_out(self) -> list[str]:
        """Return a line for each thing of the source that has no place here."""
        ...

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        """Put a run's files that aren't there yet into a folder.

        Returns a line for each that can't be.
        """
        return []

    def logged_models(self) -> Iterator[FoundModel]:
        return iter(())

    def fetch_model(self, model_id: str, target: Path) -> list[str]:
        """Do for a logged model's files what `fetch_artifacts` does for a run's."""
        return []

    def registered_models(self) -> Iterator[FoundRegisteredModel]:
        """Return models whose versions' `location` is still an URI of the source."""
        return iter(())
