"""Runs that a cell starts itself, by `with lf.start_run()` or `@lf.track`: the same record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from lightflow_jlab.notebook.context import CellContext
from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.notebook.place import EXECUTION_COUNT_TAG, request_of, source_of
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
        if info is None:
            return
        self._context.parts.starting.append(run)
        run.set_tag(EXECUTION_COUNT_TAG, str(self._context.shell.execution_count - 1))
        if run.before_end:
            return
        from lightflow_jlab.notebook.cell_record import CellRecord

        shell = self._context.shell
        record = CellRecord(
            self._context,
            info,
            run,
            source=self.source(),
            tell=partial(show_later, shell.display_pub, request_of(shell)),
            is_tracked=False,
        )
        if self._context.tracked or self._record is not None:
            record.record_source()
            return
        self._record = record
        record.begin()
        run.before_end.append(partial(self._run_ends, record))

    def cell_ends(self) -> None:
        """Record what is known of a run that goes on after its cell."""
        if self._record is not None:
            record, self._record = self._record, None
            record.finish(run_goes_on=True)

    @harmless("tell how a run ended")
    def _run_ends(self, record: CellRecord) -> None:
        shell = self._context.shell
        if record is self._record:
            self._record = None
            record.finish()
        else:
            record.run_ended(partial(show_later, shell.display_pub, request_of(shell)))
        if sentences := record.sentences():
            show_sentences(shell.display_pub, sentences)


@harmless("tell what changed since the last attempt")
def show_later(publisher: Any, request: Mapping[str, Any], sentences: list[str]) -> None:
    """Show sentences under the cell of a request, from a thread of their own."""
    if hasattr(publisher, "set_thread_parent"):
        publisher.set_thread_parent(request)
    show_sentences(publisher, sentences)


def show_sentences(publisher: Any, sentences: list[str]) -> None:
    lines = "<br>".join(map(escape, sentences))
    data = {"text/plain": "\n".join(sentences), "text/html": f"<small>{lines}</small>"}
    publisher.publish(data, {})


def is_numbered(info: Any) -> bool:
    """Tell an execution that a person asked for from a silent one."""
    return bool(info is not None and info.store_history and not info.silent)
