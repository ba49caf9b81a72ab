"""The ledger written to the log: what a kernel executed outlives it, however it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from lightflow_jlab.contract import records
from lightflow_jlab.contract.limits import storable_text
from lightflow_jlab.contract.source_digest import digest_of
from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.notebook.ledger import Execution, Ledger
from lightflow_jlab.notebook.place import notebook_path
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.tracking.secrecy import hide_secrets

if TYPE_CHECKING:
    from pathlib import Path

    from lightflow_jlab.tracking.recorder import Recorder

MAX_LOGGED_EXECUTIONS = 100_000
MAX_LOGGED_CHARACTERS = 20_000_000
"""Of sources. What one kernel writes to a log ends there."""


class LedgerLog:
    """Writes a kernel's ledger to each store that a run of it is recorded to, from the first on.

    Until then nothing is written, unless the user asks for it.
    """

    def __init__(self, shell: Any, ledger: Ledger) -> None:
        self._shell = shell
        self._ledger = ledger
        self._logs: WeakKeyDictionary[Recorder, _Log] = WeakKeyDictionary()

    @property
    def is_writing(self) -> bool:
        return bool(self._logs)

    def ask_for(self) -> None:
        """Have all written that the ledger knows and will know, without a run too."""
        from lightflow_jlab.tracking.fluent import current_store

        self._ledger.is_on = self._ledger.is_asked_for = True
        self.begin(current_store())

    def end(self) -> None:
        """Have nothing more noted nor written, until it is asked for again."""
        self._ledger.is_on = self._ledger.is_asked_for = False
        self._logs.clear()

    def begin(self, store: Path) -> None:
        """Write what was executed until now in a thread of its own, and from now on all."""
        from lightflow_jlab.tracking.recorder import recorder_for

        recorder = recorder_for(store)
        if not self._ledger.is_on or recorder in self._logs:
            return
        log = self._logs[recorder] = _Log(recorder, self._shell)
        earlier = [
            (execution, self._ledger.source(execution.digest))
            for execution in self._ledger.executions
        ]
        if earlier:
            threading.Thread(
                target=log.write_all, args=(earlier,), name="lightflow-ledger", daemon=True
            ).start()

    def add(self, execution: Execution) -> None:
        """Write an execution that has just ended, if anything is written."""
        if self._ledger.is_asked_for:
            from lightflow_jlab.tracking.fluent import current_store

            self.begin(current_store())
        for log in list(self._logs.values()):
            log.write(execution, self._ledger.source(execution.digest))


class _Log:
    """The ledger in one store's log."""

    def __init__(self, recorder: Recorder, shell: Any) -> None:
        from lightflow_jlab.config.destinations import project_folder

        self._writer = recorder.writer
        self._shell = shell
        self._root = project_folder(recorder.store)
        self._digests: dict[str, str] = {}
        """Of the sources that were written, by the ledger's: without secrets they are others."""
        self._executions = 0
        self._characters = 0

    @harmless("write what was executed before the first run")
    def write_all(self, executions: Iterable[tuple[Execution, str]]) -> None:
        for execution, source in executions:
            self.write(execution, source)

    def write(self, execution: Execution, source: str) -> None:
        """Write one execution. Any thread may: of two, each may write the source."""
        if self._executions >= MAX_LOGGED_EXECUTIONS or self._characters >= MAX_LOGGED_CHARACTERS:
            return
        digest = self._digests.get(execution.digest)
        told = None
        if digest is None:
            told = hide_secrets(storable_text(source))
            digest = digest_of(told)
        self._writer.record(
            RecordType.EXECUTION,
            records.Execution(
                number=execution.number,
                source_name=storable_text(notebook_path(self._shell.user_ns, self._root)),
                cell_id=storable_text(execution.cell_id),
                digest=digest,
                execution_count=execution.execution_count,
                time=int(execution.time * 1000),
                succeeded=execution.succeeded,
                source=told,
            ),
        )
        self._executions += 1
        if told is not None:
            self._characters += len(told)
            self._digests[execution.digest] = digest
