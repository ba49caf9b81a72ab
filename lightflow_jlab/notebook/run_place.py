"""Runs that a cell starts itself, by `with lf.start_run()` or `@lf.track`: the same record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lightflow_jlab.notebook.context import CellContext
from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.notebook.place import source_of
from lightflow_jlab.tracking.run import ActiveRun, Source

if TYPE_CHECKING:
    from lightflow_jlab.notebook.cell_record import CellRecord


class RunPlace:
    """Tells runs of the cell that is running. One run at a time is recorded with all the cell has.

    A run inside of another, and inside of a tracked cell, has the cell's source only: the rest is
    with the outer one.
    """

    def __init__(self, context: CellContext) -> None:
        self._context = context
        self._record: CellRecord | None = None

    @property
    def is_recording(self) -> bool:
        return self._record is not None

    @harmless("tell which cell starts a run")
    def source(self) -> Source | None:
        from lightflow_jlab.tracking.fluent import current_store

        if self._context.running_cell is None:
            return None
        return source_of(self._context.shell, self._context.running_cell, current_store())

    @harmless("record the cell of a run")
    def started(self, run: ActiveRun) -> None:
        info = self._context.running_cell
        if info is None or run.before_end:
            return
        from lightflow_jlab.notebook.cell_record import CellRecord

        record = CellRecord(self._context, info, run)
        if self._context.tracked or self._record is not None:
            record.record_source()
            return
        self._record = record
        record.begin()
        run.before_end.append(self.finish)

    def finish(self) -> None:
        """Record what is known at the end of the run, or of the cell, whichever is first."""
        if self._record is not None:
            record, self._record = self._record, None
            record.finish()


def is_numbered(info: Any) -> bool:
    """Tell an execution that a person asked for from a silent one."""
    return bool(info is not None and info.store_history and not info.silent)
