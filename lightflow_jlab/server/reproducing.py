"""Reproductions under way: kernels of the server's own manager run the cells, the server none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from msgspec.structs import replace

from lightflow_jlab.contract.reproduction import Reproduction, ReproductionStart
from lightflow_jlab.errors import ConflictError, InvalidValueError, NotFoundError
from lightflow_jlab.reproduction import Plan, plan_of, reproduce
from lightflow_jlab.reproduction.run_again import begun
from lightflow_jlab.server.service import StoreService
from lightflow_jlab.store import Store

MAX_RUNNING = 2
MAX_KEPT = 50


class Reproductions:
    """Starts, shows and cancels them. Used from the event loop; bounded in number."""

    def __init__(self, service: StoreService, kernels: MappingKernelManager) -> None:
        self._service = service
        self._kernels: Any = kernels
        self._known: dict[str, Reproduction] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self, run_id: str, asked: ReproductionStart) -> Reproduction:
        """Raises `ConflictError` where it can't be done, or not now."""
        if not asked.tolerance >= 0:
            raise InvalidValueError(
                f"tolerance={asked.tolerance} can't be used. Expected a number from 0."
            )
        plan = await self._service.read(plan_of, run_id)
        running = [self._known[one].run_id for one in self._tasks]
        if run_id in running:
            raise ConflictError(f"The run {plan.run.run_name!r} is being reproduced already.")
        if len(running) >= MAX_RUNNING:
            raise ConflictError(
                f"{len(running)} runs are being reproduced, as many as at once are. Wait for one "
                "to end, or cancel it."
            )
        reproduction = begun(plan)
        self._keep(reproduction)
        name = reproduction.reproduction_id
        task = asyncio.get_running_loop().create_task(self._run(plan, reproduction, asked))
        self._tasks[name] = task
        task.add_done_callback(partial(self._forget_task, name))
        return reproduction

    def of_run(self, run_id: str) -> list[Reproduction]:
        return [one for one in reversed(self._known.values()) if one.run_id == run_id]

    def one(self, run_id: str, reproduction_id: str) -> Reproduction:
        known = self._known.get(reproduction_id)
        if known is None or known.run_id != run_id:
            raise NotFoundError(
                f"This server knows no reproduction {reproduction_id[:40]!r} of the run {run_id}."
            )
        return known

    async def cancel(self, run_id: str, reproduction_id: str) -> Reproduction:
        """Return when its kernel is gone; one that has ended stays as it is."""
        self.one(run_id, reproduction_id)
        await _cancelled([self._tasks[one] for one in (reproduction_id,) if one in self._tasks])
        return self.one(run_id, reproduction_id)

    async def close(self) -> None:
        await _cancelled(list(self._tasks.values()))

    async def _run(self, plan: Plan, reproduction: Reproduction, asked: ReproductionStart) -> None:
        store = await self._service.store()
        await reproduce(
            plan,
            self._kernel,
            self._refreshed(store),
            tolerance=asked.tolerance,
            told=self._keep,
            reproduction=reproduction,
        )
        self._service.tell()

    def _refreshed(self, store: Store) -> Callable[[], Store]:
        def refreshed() -> Store:
            self._service.look_at_once()
            return store

        return refreshed

    @asynccontextmanager
    async def _kernel(
        self, *, kernel_name: str | None, folder: Path, environment: dict[str, str]
    ) -> AsyncIterator[Any]:
        """Start a kernel of the server's; it is seen among the running ones, and shut down."""
        known = self._kernels.kernel_spec_manager.find_kernel_specs()
        chosen = {"kernel_name": kernel_name} if kernel_name in known else {}
        kernel_id = await self._kernels.start_kernel(cwd=str(folder), env=environment, **chosen)
        try:
            yield self._kernels.get_kernel(kernel_id)
        finally:
            if kernel_id in self._kernels:
                await self._kernels.shutdown_kernel(kernel_id)

    def _keep(self, reproduction: Reproduction) -> None:
        self._known[reproduction.reproduction_id] = reproduction
        for name in [name for name in self._known if name not in self._tasks][:-MAX_KEPT]:
            del self._known[name]

    def _forget_task(self, name: str, task: asyncio.Task[None]) -> None:
        del self._tasks[name]
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        reasons = [f"Lightflow could not do it: {error}"[:500]]
        now = time.time_ns() // 1_000_000
        self._keep(replace(self._known[name], state="failed", reasons=reasons, end_time=now))


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait until they have cleaned up."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
