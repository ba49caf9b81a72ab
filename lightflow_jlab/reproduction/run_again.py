"""Having a run again: from its plan to the mark on it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from lightflow_jlab.config.locations import TRACKING_URI_VARIABLE
from lightflow_jlab.config.reproduction import REPRODUCES_TAG, REPRODUCES_VARIABLE
from lightflow_jlab.contract.records import DocumentRecord
from lightflow_jlab.contract.reproduction import Reproduction
from lightflow_jlab.contract.rest import Run
from lightflow_jlab.errors import LightflowError
from lightflow_jlab.reproduction.comparison import (
    DEFAULT_TOLERANCE,
    compared_metrics,
    environment_differences,
    reasons_against,
)
from lightflow_jlab.reproduction.kernel import CellError, StartKernel, execute
from lightflow_jlab.reproduction.plan import LOADING_CELL, Plan
from lightflow_jlab.store import RunQuery, Store, recording

DOCUMENT = "reproduction"
RESULT_TAG = "lightflow.reproduction"
"""On the run that was reproduced: how it went, `reproduced`, `differs` or `failed`."""
EXPERIMENT_VARIABLE = "LIGHTFLOW_EXPERIMENT_NAME"
_CHILD_SECONDS = 30.0
_POLL_SECONDS = 0.05

Told = Callable[[Reproduction], None]
Refreshed = Callable[[], Store]
"""Returns the store with what was logged until now, or soon; blocks, called in a thread."""


def begun(plan: Plan) -> Reproduction:
    """Return a reproduction that begins now."""
    return Reproduction(
        reproduction_id=uuid4().hex,
        run_id=plan.run.run_id,
        child_run_id=None,
        state="running",
        cells_done=0,
        cells_total=len(plan.cells),
        reasons=[],
        environment=[],
        metrics=[],
        start_time=_now(),
        end_time=None,
    )


async def reproduce(
    plan: Plan,
    start_kernel: StartKernel,
    refreshed: Refreshed,
    *,
    tolerance: float = DEFAULT_TOLERANCE,
    tolerances: Mapping[str, float] | None = None,
    kernel_name: str | None = None,
    told: Told = lambda reproduction: None,
    reproduction: Reproduction | None = None,
) -> Reproduction:
    """Execute the plan in a fresh kernel, compare, and mark the run.

    Cancelling the task ends the kernel and leaves the run without a mark.

    Parameters
    ----------
    told
        Hears of each step, and of the end.
    reproduction
        What `begun` returned, where somebody shows it already.
    """
    current = reproduction or begun(plan)

    def tell(**changes: object) -> None:
        nonlocal current
        current = replace(current, **changes)
        told(current)

    tell()
    error: LightflowError | None = None
    try:
        async with start_kernel(
            kernel_name=kernel_name or plan.kernel_name,
            folder=plan.folder,
            environment=_environment(plan, (await asyncio.to_thread(refreshed)).folder.as_posix()),
        ) as manager:
            # The first is the cell that loads Lightflow: it is none of the run's.
            sources = [LOADING_CELL, *(cell.source for cell in plan.cells)]
            await execute(manager, sources, lambda number: tell(cells_done=number - 1))
    except CellError as stopped:
        error = stopped
    except asyncio.CancelledError:
        tell(state="cancelled", end_time=_now())
        raise
    result = await asyncio.to_thread(
        _compared, plan, refreshed, current, error, tolerance, tolerances or {}
    )
    tell(**msgspec.structs.asdict(result))
    return current


def _environment(plan: Plan, store: str) -> dict[str, str]:
    environment = {
        **os.environ,
        TRACKING_URI_VARIABLE: store,
        REPRODUCES_VARIABLE: plan.run.run_id,
        EXPERIMENT_VARIABLE: plan.experiment_name,
    }
    if plan.notebook is not None:
        environment["JPY_SESSION_NAME"] = str(plan.notebook)
    return environment


def _compared(
    plan: Plan,
    refreshed: Refreshed,
    current: Reproduction,
    error: LightflowError | None,
    tolerance: float,
    tolerances: Mapping[str, float],
) -> Reproduction:
    child = _child(plan.run, refreshed, current.start_time)
    store = refreshed()
    if child is None:
        reasons = [_stopped(plan, error) if error else "Its last cell started no run."]
        result = replace(current, state="failed", reasons=[*reasons, *plan.notes])
    else:
        metrics = compared_metrics(plan.run, child, tolerance, tolerances)
        reasons = reasons_against(plan.run, child, metrics)
        result = replace(
            current,
            state="differs" if reasons else "reproduced",
            child_run_id=child.run_id,
            reasons=[*reasons, *plan.notes],
            metrics=metrics,
            environment=environment_differences(store, plan.run, child),
        )
    result = replace(result, end_time=_now())
    _mark(store, result)
    return result


def _child(run: Run, refreshed: Refreshed, since: int) -> Run | None:
    """Return the run that the last cell made, when it has ended and is in the store.

    A cell may start several: the one that is most like the first run is meant.
    """
    query = RunQuery(filter=f"tags.`{REPRODUCES_TAG}` = '{run.run_id}'")
    deadline = time.monotonic() + _CHILD_SECONDS
    while True:
        found = [one for one in refreshed().runs(query).runs if one.start_time >= since]
        if all(one.end_time is not None for one in found) or time.monotonic() > deadline:
            break
        time.sleep(_POLL_SECONDS)
    params = {param.key: param.value for param in run.params}
    likeness = [
        (
            one.run_name == run.run_name,
            {param.key: param.value for param in one.params} == params,
            one.start_time,
        )
        for one in found
    ]
    return found[likeness.index(max(likeness))] if found else None


def _stopped(plan: Plan, error: LightflowError) -> str:
    number = error.number - 1 if isinstance(error, CellError) else -1
    if number < 0:
        return f"Lightflow could not be loaded in the fresh kernel: {error}"
    return f"Cell [{plan.cells[number].execution_count}] stopped: {error}"


def _mark(store: Store, result: Reproduction) -> None:
    text = msgspec.json.encode(result).decode()
    # A run that was deleted meanwhile needs no mark.
    with suppress(LightflowError):
        store.change(
            recording.log,
            result.run_id,
            tags={RESULT_TAG: result.state},
            documents=[DocumentRecord(result.run_id, DOCUMENT, "application/json", text)],
        )


def _now() -> int:
    return time.time_ns() // 1_000_000
