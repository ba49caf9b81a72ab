"""`lf.reproduce`: running a run's cells again, or writing them down."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.errors import ConflictError, InvalidValueError
from lightflow_jlab.tracking.progress import is_looked_at
from lightflow_jlab.tracking.reading import open_store

if TYPE_CHECKING:
    from lightflow_jlab.contract.reproduction import Reproduction
    from lightflow_jlab.reproduction import Plan

T = TypeVar("T")

SIGNS = {"reproduced": "✔", "differs": "✖", "failed": "✖", "cancelled": "■"}


@dataclass(frozen=True)
class Reproduced:
    """How a reproduction went; true where the run was had again."""

    run_name: str
    result: Reproduction

    @property
    def reproduced(self) -> bool:
        return self.result.state == "reproduced"

    def __bool__(self) -> bool:
        return self.reproduced

    def __str__(self) -> str:
        count = sum(metric.is_within for metric in self.result.metrics)
        lines = [
            f"{SIGNS[self.result.state]} {self.run_name}: {self.result.state}, "
            f"{count} of {len(self.result.metrics)} metrics as they were.",
            *self.result.reasons,
        ]
        if self.result.environment:
            lines.append(f"Other than at the first run: {', '.join(self.result.environment)}.")
        return "\n".join(lines)

    __repr__ = __str__


def reproduce(
    run_id: str,
    *,
    tolerance: float | Mapping[str, float] = 1e-5,
    kernel_name: str | None = None,
) -> Reproduced:
    """Execute the cells that a run stood on in a fresh kernel, and compare the metrics.

    Blocks until it is done, and tells on stderr how far it is where somebody looks. An interrupt
    ends the fresh kernel and leaves no mark. The run that comes of it is a child of the first,
    which is marked.

    Parameters
    ----------
    tolerance
        Relative, of all metrics' last values, or by key; those not named have 1e-5.
    kernel_name
        By default the one that the run's notebook names, else the usual one.

    Raises
    ------
    ConflictError
        The run has not ended, or its cells were not recorded.
    """
    from lightflow_jlab.reproduction import plan_of, reproduce
    from lightflow_jlab.reproduction.comparison import DEFAULT_TOLERANCE
    from lightflow_jlab.reproduction.local_kernel import local_kernel

    given = tolerance.values() if isinstance(tolerance, Mapping) else [tolerance]
    if not all(isinstance(one, int | float) and one >= 0 for one in given):
        raise InvalidValueError(f"tolerance={tolerance!r} can't be used. Expected numbers from 0.")
    store = open_store()
    plan = plan_of(store, check_run_id(run_id))
    made = reproduce(
        plan,
        local_kernel,
        lambda: open_store(store.folder),
        tolerance=DEFAULT_TOLERANCE if isinstance(tolerance, Mapping) else tolerance,
        tolerances=tolerance if isinstance(tolerance, Mapping) else {},
        kernel_name=kernel_name,
        told=show_progress,
    )
    return Reproduced(plan.run.run_name, _run_beside(made))


def show_progress(reproduction: Reproduction) -> None:
    """Draw how far a reproduction is, in a notebook or a terminal."""
    if reproduction.state == "running" and is_looked_at(sys.stderr):
        done, total = reproduction.cells_done, reproduction.cells_total
        sys.stderr.write(f"\rcell {done} of {total}" + ("\n" if done == total else ""))
        sys.stderr.flush()


def _run_beside(made: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread, since a notebook's main thread has a running loop already.

    An interrupt of this thread cancels it, and is raised when what it had begun is cleaned up.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="lightflow-reproduce", daemon=True)
    thread.start()
    running = asyncio.run_coroutine_threadsafe(made, loop)
    try:
        return running.result()
    except KeyboardInterrupt:
        running.cancel()
        raise
    finally:
        asyncio.run_coroutine_threadsafe(_all_others_ended(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _all_others_ended() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


def write_reproduction(run_id: str, path: str | os.PathLike[str]) -> Path:
    """Write the cells that a run stood on as a notebook (`.ipynb`) or a script (`.py`).

    An existing file is not replaced: `ConflictError`.
    """
    from lightflow_jlab.reproduction import plan_of

    target = Path(path)
    plan = plan_of(open_store(), check_run_id(run_id))
    write(plan, target)
    return target


def write(plan: Plan, target: Path) -> None:
    """Write a plan as the file's suffix says. Raises `InvalidValueError`, `ConflictError`."""
    if target.suffix == ".ipynb":
        from lightflow_jlab.reproduction.as_notebook import notebook_text as text_of
    elif target.suffix == ".py":
        from lightflow_jlab.notebook.as_script import script_text as text_of
    else:
        raise InvalidValueError(
            f"{target.name} can't be written. Expected a name that ends in .ipynb or .py."
        )
    text = text_of(plan)
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise ConflictError(
            f"{target} is there already. Remove it, or give another name."
        ) from None
