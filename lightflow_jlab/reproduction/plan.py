"""What has to be executed to have a run again, from what was kept with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from lightflow_jlab.contract.rest import Run
from lightflow_jlab.errors import ConflictError, NotFoundError
from lightflow_jlab.store import Store

LOADING_CELL = "%load_ext lightflow_jlab"
_HIDDEN_TEXT = '"***"'


class _Cell(msgspec.Struct, frozen=True):
    """A cell in the document `slice`."""

    cell_id: str
    execution_count: int
    source: str
    place: int | None = None


class _Slice(msgspec.Struct, frozen=True):
    state: str
    notes: list[str]
    cells: list[_Cell]
    is_tracked: bool = False


@dataclass(frozen=True)
class PlannedCell:
    source: str
    execution_count: int


@dataclass(frozen=True)
class Plan:
    """The cells of a run as a notebook would hold them: each once, as it last ran."""

    run: Run
    experiment_name: str
    cells: list[PlannedCell]
    """From top to bottom; the run's own cell is the last."""
    notes: list[str]
    """What the run's verdict says against having it again."""
    folder: Path
    """Where the cells are executed."""
    notebook: Path | None
    """The run's notebook, where it is still there."""

    @property
    def kernel_name(self) -> str | None:
        """The kernel that the notebook names; None where it isn't known."""
        if self.notebook is None:
            return None
        try:
            found = json.loads(self.notebook.read_text("utf-8"))["metadata"]["kernelspec"]["name"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if isinstance(found, str) else None


def plan_of(store: Store, run_id: str) -> Plan:
    """Return what has to be executed.

    Raises
    ------
    NotFoundError
        There is no such run.
    ConflictError
        It still runs, is in the trash, or its cells were not recorded.
    """
    run = store.run(run_id)
    if run.lifecycle_stage != "active":
        raise ConflictError(f"The run {run.run_name!r} is in the trash. Restore it first.")
    if run.end_time is None:
        raise ConflictError(
            f"The run {run.run_name!r} has not ended. Reproduce it when it has, to compare both."
        )
    sliced = _slice_of(store, run)
    notebook = _notebook_of(store.folder.parent, run.source_name)
    notes = list(sliced.notes) if sliced.state == "hidden state" else []
    if any(_HIDDEN_TEXT in cell.source for cell in sliced.cells):
        notes.append("A secret in its cells was not recorded.")
    return Plan(
        run=run,
        experiment_name=store.experiment(run.experiment_id).name,
        cells=_top_to_bottom(sliced.cells, is_tracked=sliced.is_tracked),
        notes=notes,
        folder=notebook.parent if notebook is not None else store.folder.parent,
        notebook=notebook,
    )


def _slice_of(store: Store, run: Run) -> _Slice:
    try:
        text = store.document(run.run_id, "slice").text
        found = msgspec.json.decode(text, type=_Slice)
    except (NotFoundError, msgspec.DecodeError):
        found = None
    if found is None or not found.cells:
        raise ConflictError(
            f"The cells that the run {run.run_name!r} stood on were not recorded, so it can't be "
            "reproduced. They are for runs of notebook cells, unless LIGHTFLOW_LEDGER=0."
        )
    return found


def _top_to_bottom(executed: list[_Cell], *, is_tracked: bool) -> list[PlannedCell]:
    """Return each cell once, as it last ran, where it stands in the notebook or first ran.

    A cell that was tracked without a `%%track` line, by a mark in its metadata, gets one.
    """
    *before, own = executed
    last: dict[str, _Cell] = {}
    for number, cell in enumerate(before):
        if not own.cell_id or cell.cell_id != own.cell_id:
            last[cell.cell_id or f"execution {number}"] = cell
    cells = list(last.values())
    if all(cell.place is not None for cell in cells):
        cells.sort(key=lambda cell: cell.place or 0)
    line = "%%track\n" if is_tracked and "%%track" not in own.source else ""
    return [
        *(PlannedCell(cell.source, cell.execution_count) for cell in cells),
        PlannedCell(f"{line}{own.source}", own.execution_count),
    ]


def _notebook_of(root: Path, source_name: str) -> Path | None:
    """Return a run's notebook if it lies below `root`: the name is what some client wrote."""
    parts = PurePosixPath(source_name)
    if not source_name or parts.is_absolute() or parts.suffix != ".ipynb":
        return None
    try:
        path = (root / source_name).resolve(strict=True)
    except OSError:
        return None
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None
