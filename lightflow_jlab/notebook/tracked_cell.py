"""One execution of a `%%track` cell, from its first line to its end."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from lightflow_jlab.notebook.automatic import (
    automatic_values,
    is_switched_on,
    read_assignments,
)
from lightflow_jlab.notebook.card import CardView, LiveCard
from lightflow_jlab.notebook.context import CellContext
from lightflow_jlab.notebook.figures import FigureCapture
from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.notebook.outcome import OutcomeWatch
from lightflow_jlab.notebook.place import message_id_of, request_of, source_of
from lightflow_jlab.notebook.secrecy import hide_secrets, looks_secret
from lightflow_jlab.notebook.streams import without_overwritten
from lightflow_jlab.notebook.surroundings import Surroundings
from lightflow_jlab.notebook.track_line import LAST, TrackLine
from lightflow_jlab.tracking import active
from lightflow_jlab.tracking.fluent import current_store, last_active_run, start_run
from lightflow_jlab.tracking.run import ActiveRun, EndStatus

EXECUTION_COUNT_TAG = "lightflow.execution_count"
_WAIT_FOR_SURROUNDINGS_SECONDS = 0.03


class TrackedCell:
    """A cell and its run. `begin` and `finish` are called in the thread that runs the cell."""

    def __init__(self, context: CellContext, info: Any, line: TrackLine) -> None:
        self.info = info
        self.run: ActiveRun | None = None
        self._context = context
        self._shell = context.shell
        self._line = line
        self._watch = OutcomeWatch(info.raw_cell)
        self._request = request_of(context.shell)
        self._message_id = message_id_of(self._request)
        self._was_open = False
        self._surroundings: Surroundings | None = None
        self._figures: FigureCapture | None = None
        self._card: LiveCard | None = None

    def begin(self) -> None:
        self._start_run()
        if self.run is None:
            return
        self._record_cell(self.run)
        if self._line.captured:
            self._start_surroundings(self.run)
        if not self._line.quiet:
            self._start_card(self.run)
        if self._line.captured:
            self._start_capture(self.run)

    def finish(self, result: Any) -> None:
        if self.run is None:
            return
        status, error = self._outcome(result) or ("FAILED", None)
        if self._line.automatic and is_switched_on() and self.run.info.status == "RUNNING":
            self._record_automatic(self.run)
        self._finish_capture(self.run)
        if self._surroundings is not None:
            self._surroundings.wait(_WAIT_FOR_SURROUNDINGS_SECONDS)
        self._end_run(self.run, status, error)
        if self._card is not None:
            self._card.finish()

    @harmless("tell how a cell ended")
    def _outcome(self, result: Any) -> tuple[EndStatus, BaseException | None]:
        return self._watch.outcome(result)

    @harmless("start the run of a cell")
    def _start_run(self) -> None:
        line = self._line
        tags = {EXECUTION_COUNT_TAG: str(self._shell.execution_count - 1), **line.tags}
        source = source_of(self._shell, self.info, current_store())
        if line.resume is None:
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

    @harmless("record the code and params of a cell")
    def _record_cell(self, run: ActiveRun) -> None:
        values = {
            name: value
            for name, value in self._line.values.items()
            if not looks_secret(name, value)
        }
        run.log_params(values)
        if self._line.captured:
            run.log_document("source", hide_secrets(self.info.raw_cell), "text/x-python")

    @harmless("read git and environment")
    def _start_surroundings(self, run: ActiveRun) -> None:
        self._surroundings = Surroundings(run, Path.cwd())
        self._surroundings.start()

    @harmless("make the card of a cell")
    def _start_card(self, run: ActiveRun) -> None:
        if self._message_id:
            self._card = LiveCard(self._shell, partial(self._view_of, run), self._request)
            self._card.start()

    def _view_of(self, run: ActiveRun) -> CardView | None:
        factory = self._context.card_factory()
        return factory(run) if factory is not None else None

    @harmless("listen to the output of a cell")
    def _start_capture(self, run: ActiveRun) -> None:
        self._context.streams.watch(self._message_id)
        own_display_id = self._card.display_id if self._card else ""
        self._figures = FigureCapture(self._shell, run, self._message_id, own_display_id)
        self._figures.start()

    @harmless("record the variables of a cell")
    def _record_automatic(self, run: ActiveRun) -> None:
        shell = self._shell
        try:
            assignments = read_assignments(
                shell.transform_cell(self.info.raw_cell), shell.transform_cell
            )
        except SyntaxError:
            return
        params, metrics = automatic_values(assignments, shell.user_ns)
        for name in self._line.values:
            params.pop(name, None)
        run.log_params(params, origin="auto")
        logged = run.metric_keys
        run.log_metrics(
            {key: value for key, value in metrics.items() if key not in logged}, origin="auto"
        )

    @harmless("keep the output of a cell")
    def _finish_capture(self, run: ActiveRun) -> None:
        if self._figures is not None:
            self._figures.stop()
        for name, text in self._context.streams.take(self._message_id).items():
            run.log_document(name, without_overwritten(text))

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
