"""What can be imported: each kind of source knows itself, and tells of what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from lightflow_jlab.store.adopt import FoundExperiment, FoundRun


class Source(Protocol):
    """Something that another tracker wrote. Nothing of it is ever changed."""

    name: str
    """What it is, for the report."""

    def experiments(self) -> Iterator[FoundExperiment]: ...

    def run_count(self) -> int: ...

    def runs(self) -> Iterator[FoundRun]: ...

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        """Copy a run's files into an empty folder; return a line for each that can't be."""
        ...

    def left_out(self) -> list[str]:
        """Return a line for each thing of the source that has no place here."""
        ...
