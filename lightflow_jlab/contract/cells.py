"""What the REST API answers about the cells of a notebook."""

from __future__ import annotations

from msgspec import Struct

from lightflow_jlab.contract.rest import Run


class CellQuery(Struct, forbid_unknown_fields=True):
    """Asks for the runs of cells; a question, though it is sent as a body for its length."""

    cell_ids: list[str]


class CellVersion(Struct, frozen=True):
    """A cell as it was when it ran."""

    cell_id: str
    """Empty where the front end gave none."""
    digest: str
    """Of its source; empty where it isn't kept."""


class CellRuns(Struct, frozen=True):
    """The runs of one cell, those inside of another run of the cell left out."""

    cell_id: str
    runs: list[Run]
    """The newest first; at most 20."""
    total: int
    stood_on: list[CellVersion] | None
    """Of the newest run, in the order of execution, itself the last; None where it isn't known."""
    metric: str | None
    """The one metric of the newest run to show; None where it has none."""
    lower_is_better: bool | None
    """Of that metric; None where its name doesn't tell."""


class CellRunsList(Struct, frozen=True):
    cells: list[CellRuns]
    """Only cells that have runs."""
    seq: int
