"""The verdict on a run, made in a thread beside its cell."""

from __future__ import annotations

import os
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.notebook.context import CellContext
from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.notebook.ledger import Execution
from lightflow_jlab.notebook.names import Names, names_of
from lightflow_jlab.notebook.place import cell_id_of, notebook_path
from lightflow_jlab.notebook.saved_notebook import saved_notebook
from lightflow_jlab.notebook.track_line import TrackLineError
from lightflow_jlab.notebook.transformer import body_of, track_line_of
from lightflow_jlab.notebook.verdict import Verdict, verdict_on
from lightflow_jlab.tracking.run import ActiveRun
from lightflow_jlab.tracking.secrecy import hide_secrets


class Judgement:
    """Records two documents: `verdict`, in words, and `slice`, the cells that the run stood on.

    Parameters
    ----------
    running
        The cell that is running, as IPython's `ExecutionInfo`; else the one that has just ended is
        judged, with those that recorded the run before it.
    is_tracked
        See `Verdict.as_json`.
    """

    def __init__(
        self,
        context: CellContext,
        run: ActiveRun,
        running: Any = None,
        *,
        is_tracked: bool = False,
    ) -> None:
        self.verdict: Verdict | None = None
        """None until it is made."""
        self._run = run
        self._is_tracked = is_tracked
        self._newest = context.judgements
        self._newest[run] = self
        ledger = context.ledger
        self._own = context.parts.numbers(run.info.run_id)
        self._executions = list(ledger.executions)
        self._sources = {one.digest: ledger.source(one.digest) for one in self._executions}
        if running is not None:
            digest = digest_of(running.raw_cell)
            self._sources[digest] = running.raw_cell
            cell_id, count = cell_id_of(context.shell, running), context.shell.execution_count - 1
            self._executions.append(Execution(-1, cell_id, digest, count, time.time(), True))
        self._notebook = Path(notebook_path(context.shell.user_ns, Path(os.devnull)))
        self._thread = threading.Thread(target=self._record, name="lightflow-verdict", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    @harmless("judge what a run stands on")
    def _record(self) -> None:
        verdict = verdict_on(
            self._executions,
            lambda digest: hide_secrets(self._sources[digest]),
            _names,
            saved_notebook(self._notebook),
            self._own,
        )
        # One that was overtaken would take back what the run's next cell has told.
        if self._newest.get(self._run) is self:
            self._run.log_document("verdict", verdict.text)
            text = verdict.as_json(is_tracked=self._is_tracked)
            self._run.log_document("slice", text, "application/json")
        self.verdict = verdict


@lru_cache(maxsize=4096)
def _names(source: str) -> Names:
    """Return what a cell reads and sets, nothing of one that can't be read."""
    from IPython.core.inputtransformer2 import TransformerManager

    # One of its own: the shell's holds transformers that refuse or that have side effects.
    manager: Any = TransformerManager
    try:
        return names_of(_assigned_by_line(source) + manager().transform_cell(body_of(source)))
    except SyntaxError:
        return Names()


def _assigned_by_line(source: str) -> str:
    """Return the assignments that a `%%track` line stands for."""
    try:
        line = track_line_of(source)
    except TrackLineError:
        return ""
    return "".join(f"{name} = {value!r}\n" for name, value in line.values.items()) if line else ""
