"""What a run leaned on beside its notebook from top to bottom, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.notebook.ledger import Execution
from lightflow_jlab.notebook.saved_notebook import SavedNotebook
from lightflow_jlab.notebook.transformer import body_of

MAX_LABEL_CHARACTERS = 40


class LeanedOn:
    """Each cell is named by its number and its first line.

    Parameters
    ----------
    stood_on
        Executions in their order; the run's own is the last.
    last_runs
        By cell id: the last execution of each cell of the kernel.
    source_of
        Returns the source of a digest.
    """

    def __init__(
        self,
        stood_on: Sequence[Execution],
        last_runs: Mapping[str, Execution],
        source_of: Callable[[str], str],
    ) -> None:
        self._stood_on = stood_on
        self._last_runs = last_runs
        self._source_of = source_of
        self._latest = {one.cell_id: one for one in stood_on if one.cell_id}

    def label(self, execution: Execution) -> str:
        return label(self._source_of(execution.digest), execution.execution_count)

    def repeated(self) -> list[str]:
        times = Counter(one.cell_id for one in self._stood_on if one.cell_id)
        return [
            f"{self.label(self._latest[cell_id])} ran {number} times, "
            "each on what the last had left."
            for cell_id, number in times.items()
            if number > 1
        ]

    def failed(self) -> list[str]:
        return [
            f"{self.label(one)} stopped at an error, half done."
            for one in self._stood_on[:-1]
            if not one.succeeded
        ]

    def moved(self, saved: SavedNotebook) -> list[str]:
        """Tell of cells that ran before one which stands above them."""
        places = {cell_id: place for place, cell_id in enumerate(saved.sources)}
        placed = [one for one in self._stood_on if one.cell_id in places]
        notes = []
        for index, one in enumerate(placed):
            place = places[one.cell_id]
            later = [other for other in placed[index + 1 :] if places[other.cell_id] < place]
            if later:
                notes.append(self._ran_before(one, later[0]))
        return notes

    def changed(self, saved: SavedNotebook | None) -> list[str]:
        """Tell of cells that the notebook has no longer as they ran.

        Known of cells that ran again otherwise, and of all when the notebook was saved since.
        """
        notes = []
        for cell_id, one in self._latest.items():
            last = self._last_runs[cell_id]
            now = last.digest
            if saved is not None and last.time < saved.time:
                if cell_id not in saved.sources:
                    notes.append(f"{self.label(one)} is no longer in the notebook.")
                    continue
                now = digest_of(saved.sources[cell_id])
            if now != one.digest:
                notes.append(f"{self.label(one)} was edited after it ran.")
        return notes

    def passed_over(self, wanted: Sequence[str], sources: Mapping[str, str]) -> list[str]:
        """Tell of cells that it would stand on too, if the notebook ran from top to bottom.

        Parameters
        ----------
        wanted
            Ids of the cells that it would stand on.
        sources
            Of all code cells by their ids, from top to bottom.
        """
        places = {cell_id: place for place, cell_id in enumerate(sources)}
        notes = []
        for cell_id in wanted:
            if cell_id in self._latest:
                continue
            last = self._last_runs.get(cell_id)
            if last is None:
                notes.append(f"{label(sources[cell_id])} stands above it, but had not run.")
                continue
            later = [
                one
                for one in self._stood_on
                if one.number > last.number and places[one.cell_id] < places[cell_id]
            ]
            if later:
                notes.append(self._ran_before(last, later[0]))
            else:
                notes.append(f"{self.label(last)} ran, but left nothing that it stood on.")
        return notes

    def _ran_before(self, one: Execution, other: Execution) -> str:
        return f"{self.label(one)} ran before {self.label(other)}, but stands below it."


def label(source: str, execution_count: int | None = None) -> str:
    """Return what a cell is called: its number, if it ran, and its first line."""
    lines = (line.strip() for line in body_of(source).splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    if len(first) > MAX_LABEL_CHARACTERS:
        first = f"{first[: MAX_LABEL_CHARACTERS - 1]}…"
    number = "Cell" if execution_count is None else f"Cell [{execution_count}]"
    return f"{number} “{first}”" if first else number
