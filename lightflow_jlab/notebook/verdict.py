"""Whether a run can be had again by running its notebook from top to bottom, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.notebook.leaned_on import LeanedOn
from lightflow_jlab.notebook.ledger import Execution
from lightflow_jlab.notebook.names import Names
from lightflow_jlab.notebook.saved_notebook import SavedNotebook
from lightflow_jlab.notebook.slicing import slice_of

MAX_NOTES = 20


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

    def as_json(self, *, is_tracked: bool) -> str:
        """Return the document `slice`.

        Parameters
        ----------
        is_tracked
            Whether its cell makes the run by being tracked, not by a call in it.
        """
        return json.dumps({"version": 1, "is_tracked": is_tracked, **asdict(self)})


def verdict_on(
    executions: Sequence[Execution],
    source_of: Callable[[str], str],
    names: Callable[[str], Names],
    saved: SavedNotebook | None,
    own: frozenset[int] = frozenset(),
) -> Verdict:
    """Judge the last of some executions.

    Parameters
    ----------
    source_of
        Returns the source of a digest.
    names
        Returns what a cell's source reads and sets.
    saved
        None where the notebook isn't known.
    own
        Numbers of executions before the last that belong to the same run.
    """
    executed = [names(source_of(execution.digest)) for execution in executions]
    earlier = [index for index, one in enumerate(executions[:-1]) if one.number in own]
    found = slice_of(executed, earlier)
    stood_on = [executions[index] for index in found.indices]
    last_runs = {one.cell_id: one for one in executions if one.cell_id}
    told = LeanedOn(stood_on, last_runs, source_of)
    leaned = told.repeated() + told.failed()
    if saved is not None:
        sources = saved.sources_now(last_runs, source_of)
        own_ids = {executions[index].cell_id for index in earlier}
        leaned += told.moved(saved)
        leaned += told.passed_over(_from_top_to_bottom(stood_on, sources, own_ids, names), sources)
    leaned += told.changed(saved)
    not_known = [
        f"What {told.label(executions[index])} does can't be followed: it uses {call}."
        for index in found.indices
        for call in dict.fromkeys(executed[index].hidden)
    ]
    not_known += [f"No cell that was seen sets {name!r}." for name in found.unknown]
    places = {cell_id: place for place, cell_id in enumerate(saved.sources)} if saved else {}
    return Verdict(
        "hidden state" if leaned else "not known" if not_known else "clean",
        [*dict.fromkeys(leaned + not_known)][:MAX_NOTES],
        [_sliced(one, source_of(one.digest), places.get(one.cell_id)) for one in stood_on],
    )


def _from_top_to_bottom(
    stood_on: Sequence[Execution],
    sources: Mapping[str, str],
    own_ids: set[str],
    names: Callable[[str], Names],
) -> list[str]:
    """Return the cells that a run would stand on, had its notebook run from top to bottom.

    None where it isn't known how all the cells that it stood on stand to each other.
    """
    if any(one.cell_id not in sources for one in stood_on):
        return []
    ids = list(sources)
    ids = ids[: ids.index(stood_on[-1].cell_id) + 1]
    own = [place for place, cell_id in enumerate(ids) if cell_id in own_ids]
    found = slice_of([names(sources[cell_id]) for cell_id in ids], own)
    return [ids[place] for place in found.indices[:-1]]


def _sliced(execution: Execution, source: str, place: int | None) -> SlicedCell:
    # The digest of a text with a short secret in it would let the secret be guessed.
    digest = execution.digest if digest_of(source) == execution.digest else ""
    return SlicedCell(
        execution.cell_id, execution.execution_count, source, execution.succeeded, digest, place
    )


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
