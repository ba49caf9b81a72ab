"""Asking the configured servers, each in threads of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from lightflow_jlab.contract.sources import Source
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.remote.failures import UnreachableError
from lightflow_jlab.remote.mlflow_source import MlflowSource

SETTING = "lightflow_sources"
ANSWER_SECONDS = 60.0
"""After which the panel is told that a server takes too long; it may go on in its thread."""
_THREADS = 4
"""Of each server: one that hangs holds up neither the others nor the store."""

P = ParamSpec("P")
T = TypeVar("T")


class Sources:
    """The servers by their names. Used from the event loop."""

    def __init__(self, sources: Mapping[str, MlflowSource]) -> None:
        self._sources = sources
        self._executors = {
            name: ThreadPoolExecutor(_THREADS, thread_name_prefix=f"lightflow-source-{name}")
            for name in sources
        }

    def listed(self) -> list[Source]:
        return [Source(name=name, uri=source.uri) for name, source in self._sources.items()]

    async def ask(
        self,
        name: str,
        question: Callable[Concatenate[MlflowSource, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call a method of a source in a thread. Raises `NotFoundError`, `UnreachableError`."""
        source = self._sources.get(name)
        if source is None:
            known = ", ".join(map(repr, self._sources)) or "none"
            raise NotFoundError(f"No server is configured as {name!r}. Known: {known}.")
        call = partial(question, source, *args, **kwargs)
        answer = asyncio.get_running_loop().run_in_executor(self._executors[name], call)
        try:
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        except TimeoutError:
            raise UnreachableError(
                f"{source.uri} takes more than {ANSWER_SECONDS:g} s for an answer."
            ) from None

    def close(self) -> None:
        """Wait for nobody: each call ends by its own time limits."""
        for executor in self._executors.values():
            executor.shutdown(wait=False, cancel_futures=True)
