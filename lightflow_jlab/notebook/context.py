"""What the cells of one shell share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from lightflow_jlab.notebook.ledger import Ledger
from lightflow_jlab.notebook.ledger_log import LedgerLog
from lightflow_jlab.notebook.run_parts import RunParts

if TYPE_CHECKING:
    from lightflow_jlab.notebook.card import CardFactory
    from lightflow_jlab.notebook.judgement import Judgement
    from lightflow_jlab.notebook.streams import StreamCapture
    from lightflow_jlab.notebook.tracked_cell import TrackedCell
    from lightflow_jlab.tracking.run import ActiveRun


@dataclass
class CellContext:
    shell: Any
    streams: StreamCapture
    card_factory: Callable[[], CardFactory | None]
    """Finds the factory when a card is first needed: it may load libraries."""
    ledger: Ledger = field(default_factory=Ledger)
    ledger_log: LedgerLog = field(init=False)
    running_cell: Any = None
    """IPython's `ExecutionInfo` of the cell that is running, if a person asked for it."""
    parts: RunParts = field(default_factory=RunParts)
    judgements: WeakKeyDictionary[ActiveRun, Judgement] = field(default_factory=WeakKeyDictionary)
    """The newest of each run."""
    tracked: list[TrackedCell] = field(default_factory=list)
    """The `%%track` cells that are running: more than one where a cell runs another."""

    def __post_init__(self) -> None:
        self.ledger_log = LedgerLog(self.shell, self.ledger)
