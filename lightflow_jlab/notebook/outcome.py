"""How a cell ended, from what IPython says of its execution."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from lightflow_jlab.notebook.transformer import body_of
from lightflow_jlab.tracking.run import EndStatus, end_status


class OutcomeWatch:
    """Made when the cell begins, in the task that runs it, if one does."""

    def __init__(self, raw_cell: str) -> None:
        self._below_a_magic = body_of(raw_cell).lstrip().startswith("%%")
        self._last_error = getattr(sys, "last_value", None)
        try:
            self._task = asyncio.current_task()
        except RuntimeError:
            self._task = None

    def outcome(self, result: Any) -> tuple[EndStatus, BaseException | None]:
        """Return the run's end and the exception to record.

        Parameters
        ----------
        result
            IPython's `ExecutionResult`; None where an interrupt took even that.
        """
        if result is None:
            return "KILLED", KeyboardInterrupt()
        error = result.error_before_exec or result.error_in_exec
        if error is None and self._below_a_magic:
            # `%%time` and its like show an error themselves and return as if nothing happened.
            last = getattr(sys, "last_value", None)
            error = last if last is not self._last_error else None
        if isinstance(error, asyncio.CancelledError) and self._was_cancelled():
            return "KILLED", KeyboardInterrupt()
        status = end_status(error)
        return status, None if status == "FINISHED" else error

    def _was_cancelled(self) -> bool:
        """Tell an interrupt of a cell that awaits: the kernel cancels the cell's own task."""
        return self._task is not None and self._task.cancelling() > 0
