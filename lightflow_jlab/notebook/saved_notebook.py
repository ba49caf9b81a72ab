"""A notebook as it lies on the disk, and what is known of it since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lightflow_jlab.notebook.ledger import Execution


@dataclass(frozen=True)
class SavedNotebook:
    """It may be older than what was executed."""

    sources: dict[str, str]
    """By cell id, from top to bottom; code cells only."""
    time: float
    """When it was saved, in seconds since the epoch."""

    def sources_now(
        self, last_runs: Mapping[str, Execution], source_of: Callable[[str], str]
    ) -> dict[str, str]:
        """Return the sources with those that cells had when they ran after the notebook was saved.

        Parameters
        ----------
        last_runs
            By cell id: the last execution of each cell.
        source_of
            Returns the source of a digest.
        """
        return {
            cell_id: source_of(last_runs[cell_id].digest)
            if cell_id in last_runs and last_runs[cell_id].time >= self.time
            else source
            for cell_id, source in self.sources.items()
        }


def saved_notebook(path: Path) -> SavedNotebook | None:
    """Read a notebook file; None where it is none."""
    try:
        time = path.stat().st_mtime
        cells = json.loads(path.read_text("utf-8"))["cells"]
        sources = {
            cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return SavedNotebook(sources, time)
