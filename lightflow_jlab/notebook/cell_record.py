"""What a cell tells of a run beside what is logged: source, surroundings, output, variables."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from lightflow_jlab.notebook.aftermath import Aftermath, Tell
from lightflow_jlab.notebook.automatic import (
    automatic_values,
    is_switched_on,
    read_assignments,
)
from lightflow_jlab.notebook.cell_data import data_read_by
from lightflow_jlab.notebook.cell_data import is_switched_on as data_is_switched_on
from lightflow_jlab.notebook.context import CellContext
from lightflow_jlab.notebook.figures import FigureCapture
from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.notebook.judgement import Judgement
from lightflow_jlab.notebook.place import message_id_of, request_of
from lightflow_jlab.notebook.streams import without_overwritten
from lightflow_jlab.notebook.surroundings import Surroundings
from lightflow_jlab.tracking.run import ActiveRun, Source
from lightflow_jlab.tracking.secrecy import hide_secrets

_WAIT_SECONDS = 0.03
"""How long the end of a cell may wait for what is read beside it."""


class CellRecord:
    """Records one run of one cell; `begin` and `finish` are called in the cell's thread.

    Parameters
    ----------
    automatic, captured
        Whether variables, and whether all the rest, is recorded.
    given
        Variables that are params already.
    is_tracked
        Whether the cell is tracked; else it started the run by a call, and where there is no
        earlier attempt to compare with nothing is told.
    source, tell
        See `Aftermath`; without `tell` there is none.
    """

    def __init__(
        self,
        context: CellContext,
        info: Any,
        run: ActiveRun,
        *,
        automatic: bool = True,
        captured: bool = True,
        given: Collection[str] = (),
        source: Source | None = None,
        tell: Tell | None = None,
        is_tracked: bool = True,
    ) -> None:
        self.run = run
        self._context = context
        self._info = info
        self._automatic = automatic
        self._captured = captured
        self._given = given
        self._source = source
        self._tell = tell
        self._is_tracked = is_tracked
        self._message_id = message_id_of(request_of(context.shell))
        self._surroundings: Surroundings | None = None
        self._judgement: Judgement | None = None
        self._aftermath: Aftermath | None = None
        self._figures: FigureCapture | None = None
        self._finished = False

    def begin(self, own_display_id: str = "") -> None:
        """Start recording; what is displayed under `own_display_id` is no figure of the cell."""
        if self._captured:
            self.record_source()
            self._record_data()
            self._start_surroundings()
            self._start_judging()
            self._start_aftermath()
            self._start_capture(own_display_id)

    def finish(self, *, run_goes_on: bool = False) -> None:
        """Record what is known at the end, while the run can be logged to; once.

        Where the run goes on after the cell, `run_ended` is to be called when it ends.
        """
        if self._finished:
            return
        self._finished = True
        if self._automatic and is_switched_on() and self.run.info.status == "RUNNING":
            self._record_automatic()
        if not run_goes_on:
            self.run_ended()
        self._finish_capture()
        deadline = time.monotonic() + _WAIT_SECONDS
        aftermath = None if run_goes_on else self._aftermath
        for beside in (self._surroundings, self._judgement, aftermath):
            if beside is not None:
                beside.wait(max(0.0, deadline - time.monotonic()))

    def run_ended(self, tell: Tell | None = None) -> None:
        """Let what changed be found out, and told by `tell` where another cell ended the run."""
        if self._aftermath is not None:
            code = hide_secrets(self._info.raw_cell)
            self._aftermath.ended(code, self._context.judgements.get(self.run), tell)

    def sentences(self) -> list[str]:
        """Return what is told of the run when it has ended; `tell` hears what comes later."""
        return self._aftermath.sentences() if self._aftermath is not None else []

    @harmless("record the code of a cell")
    def record_source(self) -> None:
        self.run.log_document("source", hide_secrets(self._info.raw_cell), "text/x-python")

    @harmless("describe the data that a cell reads")
    def _record_data(self) -> None:
        if data_is_switched_on():
            namespace = self._context.shell.user_ns
            self.run.log_inputs(data_read_by(self._info.raw_cell, namespace))

    @harmless("read git and environment")
    def _start_surroundings(self) -> None:
        self._surroundings = Surroundings(self.run, Path.cwd())
        self._surroundings.start()

    @harmless("judge what a cell stands on")
    def _start_judging(self) -> None:
        if self._context.ledger.is_on:
            self._context.ledger_log.begin(self.run.store)
            self._judgement = Judgement(
                self._context, self.run, self._info, is_tracked=self._is_tracked
            )
            self._judgement.start()

    @harmless("compare a run with the attempts before it")
    def _start_aftermath(self) -> None:
        if self._tell is not None:
            self._aftermath = Aftermath(
                self.run,
                self._source,
                self._surroundings,
                self._tell,
                only_changes=not self._is_tracked,
            )
            self._aftermath.start()

    @harmless("listen to the output of a cell")
    def _start_capture(self, own_display_id: str) -> None:
        self._context.streams.watch(self._message_id)
        self._figures = FigureCapture(
            self._context.shell, self.run, self._message_id, own_display_id
        )
        self._figures.start()

    @harmless("record the variables of a cell")
    def _record_automatic(self) -> None:
        shell = self._context.shell
        try:
            assignments = read_assignments(
                shell.transform_cell(self._info.raw_cell), shell.transform_cell
            )
        except SyntaxError:
            return
        params, metrics = automatic_values(assignments, shell.user_ns)
        for name in self._given:
            params.pop(name, None)
        self.run.log_params(params, origin="auto")
        logged = self.run.metric_keys
        self.run.log_metrics(
            {key: value for key, value in metrics.items() if key not in logged}, origin="auto"
        )

    @harmless("keep the output of a cell")
    def _finish_capture(self) -> None:
        if self._figures is not None:
            self._figures.stop()
        for name, text in self._context.streams.take(self._message_id).items():
            self.run.log_document(name, without_overwritten(text))
