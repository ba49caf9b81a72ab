"""Whether a run can be had again by running its notebook from top to bottom, in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from lightflow_jlab.notebook.ledger import Execution, digest_of
from lightflow_jlab.notebook.names import Names, names_of
from lightflow_jlab.notebook.slicing import slice_of
from lightflow_jlab.notebook.transformer import body_of

MAX_NOTES = 20
MAX_LABEL_CHARACTERS = 40


@dataclass(frozen=True)
class SavedNotebook:
    """A notebook as it lies on the disk, which may be older than what was executed."""

    sources: dict[str, str]
    """By cell id, from top to bottom; code cells only."""
    time: float
    """When it was saved, in seconds since the epoch."""


@dataclass(frozen=True)
class SlicedCell:
    cell_id: str
    execution_count: int
    source: str
    succeeded: bool
    digest: str
    """Of the source as it ran; '' where `source` is not that: a secret was taken out."""
    place: int | None
    """Among the code cells of the saved notebook, from 0; None where it isn't known."""


@dataclass(frozen=True)
class Verdict:
    state: Literal["clean", "hidden state", "not known"]
    notes: list[str]
    cells: list[SlicedCell]
    """What the run stood on, in the order of execution; its own cell is the last."""

    @property
    def text(self) -> str:
        """Return the verdict as a person reads it."""
        others = len(self.cells) - 1
        stood = "on no other cell" if not others else f"on {_number(others, 'other cell')}"
        return "\n".join([f"{self.state.capitalize()}: it stood {stood}.", *self.notes])

    @property
    def in_one_line(self) -> str:
        """Return the verdict with the first of its notes."""
        head, *notes = self.text.splitlines()
        more = f" And {len(notes) - 1} more." if len(notes) > 1 else ""
        return f"{head} {notes[0]}{more}" if notes else head

    @property
    def as_json(self) -> str:
        return json.dumps({"version": 1, **asdict(self)})


def verdict_on(
    executions: Sequence[Execution],
    source_of: Callable[[str], str],
    as_python: Callable[[str], str],
    given: frozenset[str],
    saved: SavedNotebook | None,
    own: frozenset[int] = frozenset(),
) -> Verdict:
    """Judge the last of some executions.

    Parameters
    ----------
    source_of
        Returns the source of a digest.
    as_python
        Turns a cell's source into plain Python.
    given
        Names that are set without a cell.
    saved
        None where the notebook isn't known.
    own
        Numbers of executions before the last that belong to the same run.
    """
    known: dict[str, Names] = {}
    for execution in executions:
        if execution.digest not in known:
            try:
                known[execution.digest] = names_of(as_python(source_of(execution.digest)))
            except SyntaxError:
                known[execution.digest] = Names()
    names = [known[execution.digest] for execution in executions]
    earlier = [index for index, one in enumerate(executions[:-1]) if one.number in own]
    found = slice_of(names, given, earlier)
    stood_on = [executions[index] for index in found.indices]
    told = _Told(source_of)
    leaned = told.repeated(stood_on) + told.failed(stood_on)
    if saved is not None:
        leaned += told.moved(stood_on, saved) + told.changed(stood_on, saved)
    not_known = [
        f"What {told.label(execution)} does can't be followed: it uses {call}."
        for execution in stood_on
        for call in dict.fromkeys(known[execution.digest].hidden)
    ]
    not_known += [f"No cell that was seen sets {name!r}." for name in found.unknown]
    places = {cell_id: place for place, cell_id in enumerate(saved.sources)} if saved else {}
    return Verdict(
        "hidden state" if leaned else "not known" if not_known else "clean",
        [*dict.fromkeys(leaned + not_known)][:MAX_NOTES],
        [_sliced(one, source_of(one.digest), places.get(one.cell_id)) for one in stood_on],
    )


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


class _Told:
    """What a run leaned on, in words; each cell named by its number and its first line."""

    def __init__(self, source_of: Callable[[str], str]) -> None:
        self._source_of = source_of

    def label(self, execution: Execution) -> str:
        lines = (line.strip() for line in body_of(self._source_of(execution.digest)).splitlines())
        first = next((line for line in lines if line and not line.startswith("#")), "")
        if len(first) > MAX_LABEL_CHARACTERS:
            first = f"{first[: MAX_LABEL_CHARACTERS - 1]}…"
        number = f"Cell [{execution.execution_count}]"
        return f"{number} “{first}”" if first else number

    def repeated(self, stood_on: Sequence[Execution]) -> list[str]:
        times = Counter(one.cell_id for one in stood_on if one.cell_id)
        latest = {one.cell_id: one for one in stood_on}
        return [
            f"{self.label(latest[cell_id])} ran {number} times, each on what the last had left."
            for cell_id, number in times.items()
            if number > 1
        ]

    def failed(self, stood_on: Sequence[Execution]) -> list[str]:
        return [
            f"{self.label(one)} stopped at an error, half done."
            for one in stood_on[:-1]
            if not one.succeeded
        ]

    def moved(self, stood_on: Sequence[Execution], saved: SavedNotebook) -> list[str]:
        """Tell of cells that ran before one which stands above them."""
        places = {cell_id: place for place, cell_id in enumerate(saved.sources)}
        placed = [one for one in stood_on if one.cell_id in places]
        notes = []
        for index, one in enumerate(placed):
            place = places[one.cell_id]
            later = [other for other in placed[index + 1 :] if places[other.cell_id] < place]
            if later:
                notes.append(
                    f"{self.label(one)} ran before {self.label(later[0])}, but stands below it."
                )
        return notes

    def changed(self, stood_on: Sequence[Execution], saved: SavedNotebook) -> list[str]:
        """Tell of cells that the notebook has no longer as they ran, if it was saved since."""
        notes = []
        latest = {one.cell_id: one for one in stood_on if one.cell_id}
        for cell_id, one in latest.items():
            if not 0 < one.time < saved.time:
                continue
            if cell_id not in saved.sources:
                notes.append(f"{self.label(one)} is no longer in the notebook.")
            elif saved.sources[cell_id].strip() != self._source_of(one.digest).strip():
                notes.append(f"{self.label(one)} was edited after it ran.")
        return notes


def _sliced(execution: Execution, source: str, place: int | None) -> SlicedCell:
    # The digest of a text with a short secret in it would let the secret be guessed.
    digest = execution.digest if digest_of(source) == execution.digest else ""
    return SlicedCell(
        execution.cell_id, execution.execution_count, source, execution.succeeded, digest, place
    )


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
