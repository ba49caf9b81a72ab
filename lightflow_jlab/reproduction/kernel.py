"""Executing cells one after the other in a kernel of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from lightflow_jlab.errors import LightflowError

READY_SECONDS = 60
_POLL_SECONDS = 1.0
MAX_ERROR_LENGTH = 500


class StartKernel(Protocol):
    """Starts a kernel; what it returns shuts it down again, however the work ends.

    Yields jupyter_client's kernel manager, the asynchronous one.
    """

    def __call__(
        self, *, kernel_name: str | None, folder: Path, environment: dict[str, str]
    ) -> AbstractAsyncContextManager[Any]: ...


class CellError(LightflowError):
    """A cell stopped at an error, or its kernel died."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number
        """Of the cell, from 0."""


async def execute(manager: Any, sources: Sequence[str], done: Callable[[int], None]) -> None:
    """Execute cells in order; `done` hears how many are. Raises `CellError` at the first error."""
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=READY_SECONDS)
        for number, source in enumerate(sources):
            await _execute_one(manager, client, number, source)
            done(number + 1)
    finally:
        client.stop_channels()


async def _execute_one(manager: Any, client: Any, number: int, source: str) -> None:
    asked = asyncio.ensure_future(
        client.execute_interactive(
            source, allow_stdin=False, output_hook=lambda message: None, timeout=None
        )
    )
    try:
        while not (await asyncio.wait([asked], timeout=_POLL_SECONDS))[0]:
            if not await manager.is_alive():
                raise CellError(number, "The kernel died.")
    finally:
        asked.cancel()
    content = asked.result()["content"]
    if content["status"] != "ok":
        name, value = content.get("ename", "Error"), content.get("evalue", "")
        raise CellError(number, f"{name}: {value}"[:MAX_ERROR_LENGTH])
