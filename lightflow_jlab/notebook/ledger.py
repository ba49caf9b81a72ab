"""Every cell that a kernel has executed, in order, kept in memory; see `ledger_log.py`."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from lightflow_jlab.contract.source_digest import digest_of

SETTING = "LIGHTFLOW_LEDGER"
MAX_EXECUTIONS = 10_000
MAX_SOURCE_CHARACTERS = 2_000_000
MAX_CELL_CHARACTERS = 200_000
"""A longer source is kept as a comment that says so: it would push out all others."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a cell."""

    number: int
    """Counts all that the ledger has seen, from 0."""
    cell_id: str
    """'' where the front end gave none."""
    digest: str
    """Of the source, see `Ledger.source`."""
    execution_count: int
    time: float
    """When it ended, in seconds since the epoch."""
    succeeded: bool


@dataclass(slots=True)
class _Source:
    digest: str
    """The one text for all executions."""
    text: str
    executions: int = 0


class Ledger:
    """Bounded: the oldest executions are forgotten first, and sources that nobody refers to."""

    def __init__(self) -> None:
        self.executions: deque[Execution] = deque()
        setting = os.environ.get(SETTING, "").strip().lower()
        self.is_on = setting not in ("0", "false", "no", "off")
        self.is_asked_for = self.is_on and setting != ""
        """Whether it is to be written down though no run was tracked."""
        self._numbers = count()
        self._sources: dict[str, _Source] = {}
        """By digest."""
        self._characters = 0

    def add(
        self, source: str, cell_id: str, execution_count: int, time: float, succeeded: bool
    ) -> Execution:
        digest = digest_of(source)
        known = self._sources.get(digest)
        if known is None:
            if len(source) > MAX_CELL_CHARACTERS:
                source = f"# A cell of {len(source):,} characters, too long to be kept."
            known = self._sources[digest] = _Source(digest, source)
            self._characters += len(source)
        known.executions += 1
        execution = Execution(
            next(self._numbers), cell_id, known.digest, execution_count, time, succeeded
        )
        self.executions.append(execution)
        while self.executions and (
            len(self.executions) > MAX_EXECUTIONS or self._characters > MAX_SOURCE_CHARACTERS
        ):
            self._forget(self.executions.popleft())
        return execution

    def source(self, digest: str) -> str:
        return self._sources[digest].text

    def add_earlier(self, inputs: Iterable[str]) -> None:
        """Add what IPython remembers from before Lightflow was loaded; its cell ids are unknown."""
        for execution_count, source in enumerate(inputs, start=1):
            self.add(source, "", execution_count, 0.0, True)

    def add_result(self, result: Any, cell_id: str, time: float) -> Execution | None:
        """Add an execution by IPython's `ExecutionResult`, if a person asked for it."""
        info = result.info
        if self.is_on and info.store_history and not info.silent:
            number = result.execution_count
            return self.add(info.raw_cell, cell_id, number or 0, time, bool(result.success))
        return None

    def _forget(self, execution: Execution) -> None:
        source = self._sources[execution.digest]
        source.executions -= 1
        if not source.executions:
            del self._sources[execution.digest]
            self._characters -= len(source.text)
