"""One execution of a `%%track` cell, from its first line to its end."""

from __future__ import annotations

from functools import partial
from typing import Any

from lightflow_jlab.notebook.card import CardView, LiveCard
from lightflow_jlab.notebook.cell_record import CellRecord
from lightflow_jlab.notebook.context import CellContext
from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.notebook.outcome import OutcomeWatch
from lightflow_jlab.notebook.place import (
    EXECUTION_COUNT_TAG,
    message_id_of,
    request_of,
    source_of,
)
from lightflow_jlab.notebook.track_line import LAST, TrackLine
from lightflow_jlab.tracking import active
from lightflow_jlab.tracking.fluent import current_store, last_active_run, start_run
from lightflow_jlab.tracking.run import ActiveRun, EndStatus, Source
from lightflow_jlab.tracking.secrecy import looks_secret


class TrackedCell:
    """A cell and its run. `begin` and `finish` are called in the thread that runs the cell."""

    def __init__(self, context: CellContext, info: Any, line: TrackLine) -> None:
        self.info = info
        self.run: ActiveRun | None = None
        self._context = context
        self._shell = context.shell
        self._line = line
        self._watch = OutcomeWatch(info.raw_cell)
        self._was_open = False
        self._source: Source | None = None
        """None where a run goes on: there is no attempt of its own to compare."""
        self._record: CellRecord | None = None
        self._card: LiveCard | None = None

    def begin(self) -> None:
        self._start_run()
        if self.run is None:
            return
        self._record_params(self.run)
        if not self._line.quiet:
            self._start_card(self.run)
        self._start_record(self.run)

    def finish(self, result: Any) -> None:
        if self.run is None:
            return
        status, error = self._outcome(result) or ("FAILED", None)
        if self._record is not None:
            self._record.finish()
        self._end_run(self.run, status, error)
        if self._card is not None:
            self._card.finish(self._record.sentences() if self._record is not None else ())

    @harmless("tell how a cell ended")
    def _outcome(self, result: Any) -> tuple[EndStatus, BaseException | None]:
        return self._watch.outcome(result)

    @harmless("start the run of a cell")
    def _start_run(self) -> None:
        line = self._line
        tags = {EXECUTION_COUNT_TAG: str(self._shell.execution_count - 1), **line.tags}
        source = source_of(self._shell, self.info, current_store())
        if line.resume is None:
            self._source = source
            self.run = start_run(
                run_name=line.name,
                experiment_name=line.experiment,
                tags=tags,
                description=line.note,
                nested=line.nested,
                source=source,
            )
            return
        run_id = line.resume
        if run_id == LAST:
            last = last_active_run()
            assert last is not None, "checked before the cell was run"
            run_id = last.info.run_id
        self._was_open = any(run.info.run_id == run_id for run in active.open_runs())
        self.run = start_run(run_id=run_id, tags=tags, source=source)
        if line.name is not None:
            self.run.set_tag("mlflow.runName", line.name)
        if line.note is not None:
            self.run.set_tag("mlflow.note.content", line.note)

    @harmless("record the params of a cell")
    def _record_params(self, run: ActiveRun) -> None:
        values = self._line.values.items()
        run.log_params({name: value for name, value in values if not looks_secret(name, value)})

    @harmless("record what a cell tells of its run")
    def _start_record(self, run: ActiveRun) -> None:
        self._record = CellRecord(
            self._context,
            self.info,
            run,
            automatic=self._line.automatic,
            captured=self._line.captured,
            given=self._line.values,
            source=self._source,
            tell=self._card.amend if self._card is not None else None,
        )
        self._record.begin(self._card.display_id if self._card else "")

    @harmless("make the card of a cell")
    def _start_card(self, run: ActiveRun) -> None:
        request = request_of(self._shell)
        if message_id_of(request):
            self._card = LiveCard(self._shell, partial(self._view_of, run), request)
            self._card.start()

    def _view_of(self, run: ActiveRun) -> CardView | None:
        factory = self._context.card_factory()
        return factory(run) if factory is not None else None

    @harmless("end the run of a cell")
    def _end_run(self, run: ActiveRun, status: EndStatus, error: BaseException | None) -> None:
        """End the run, and those that the cell started below it and left open."""
        if self._was_open:
            return
        try:
            while run in active.open_runs() and (latest := active.active()) not in (run, None):
                if not _is_below(latest, run):
                    break
                active.leave(latest)
                latest.end(status, error)
            run.end(status, error)
        finally:
            active.leave(run)


def _is_below(candidate: ActiveRun, run: ActiveRun) -> bool:
    parents = {open_run.info.run_id: open_run.info.parent_run_id for open_run in active.open_runs()}
    parent = candidate.info.parent_run_id
    while parent is not None and parent != run.info.run_id:
        parent = parents.get(parent)
    return parent is not None
