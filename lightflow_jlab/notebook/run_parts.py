"""The cells of a run that several recorded: resumed, or open until `lf.end_run()`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from lightflow_jlab.notebook.ledger import Execution
from lightflow_jlab.tracking.run import ActiveRun
from lightflow_jlab.tracking.secrecy import hide_secrets

DOCUMENT = "cells"
MAX_PARTS = 500


@dataclass(frozen=True)
class Part:
    source_name: str
    """The notebook."""
    cell_id: str
    execution_count: int
    source: str
    time: int
    """When it ended, in ms since the epoch."""
    succeeded: bool


class RunParts:
    """Of one kernel. Keeps the document `cells` with each run that has more than one."""

    def __init__(self) -> None:
        self.starting: list[ActiveRun] = []
        """Runs that the running cell found open, has begun or goes on with."""
        self._going_on: list[ActiveRun] = []
        """Those that it found open."""
        self._parts: dict[str, list[Part]] = {}
        self._numbers: dict[str, set[int]] = defaultdict(set)

    def begin(self, open_runs: Iterable[ActiveRun]) -> None:
        """Note that a cell begins, with the runs that are open then."""
        self._going_on = list(open_runs)
        self.starting = list(self._going_on)

    def numbers(self, run_id: str) -> frozenset[int]:
        """Return which of the ledger's executions recorded a run before the running cell."""
        return frozenset(self._numbers.get(run_id, ()))

    def add(
        self, open_runs: Iterable[ActiveRun], execution: Execution, source: str, source_name: str
    ) -> list[ActiveRun]:
        """Note that a cell has ended, with the runs that are open then.

        Returns those that were open when it began: what they stand on is to be judged anew. That of
        a run which the cell took up again is known.
        """
        runs = {run.info.run_id: run for run in (*self.starting, *open_runs)}
        self.starting.clear()
        part = Part(
            source_name,
            execution.cell_id,
            execution.execution_count,
            hide_secrets(source),
            int(execution.time * 1000),
            execution.succeeded,
        )
        for run_id, run in runs.items():
            if run_id not in self._parts:
                self._parts[run_id] = _earlier_parts(run) if run.is_resumed else []
            self._numbers[run_id].add(execution.number)
            parts = self._parts[run_id] = [*self._parts[run_id], part][-MAX_PARTS:]
            if len(parts) > 1:
                text = json.dumps([asdict(one) for one in parts])
                run.log_document(DOCUMENT, text, "application/json")
        going_on, self._going_on = self._going_on, []
        return going_on


def _earlier_parts(run: ActiveRun) -> list[Part]:
    """Return what other kernels recorded, from the store that resuming has opened anyway."""
    from lightflow_jlab.errors import LightflowError
    from lightflow_jlab.tracking.reading import open_store

    run_id = run.info.run_id
    try:
        store = open_store(run.store)
        kinds = {one.kind for one in store.run_detail(run_id).documents}
        if DOCUMENT in kinds:
            return [Part(**one) for one in json.loads(store.document(run_id, DOCUMENT).text)]
        if "slice" in kinds:
            own = json.loads(store.document(run_id, "slice").text)["cells"][-1]
            known = store.run(run_id)
            return [
                Part(
                    known.source_name,
                    own["cell_id"],
                    own["execution_count"],
                    own["source"],
                    known.end_time or known.start_time,
                    own["succeeded"],
                )
            ]
    except (LightflowError, ValueError, TypeError, KeyError, IndexError):
        # A document that is cut or of another version: the list begins here.
        return []
    return []
