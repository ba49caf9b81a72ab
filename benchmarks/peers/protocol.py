"""What the benchmark asks of every tracker, and the data that all of them record."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Protocol

KEY = "loss"
RUN_NAME = "benchmark"
FOUND_LIMIT = 50
METRICS_PER_RUN = PARAMS_PER_RUN = 10


class Tracker(Protocol):
    """A module of this package. One that can't read or search lacks those functions.

    `folder` is empty at first and the tracker's own. Each measure has a process of its own.
    """

    def start(self, folder: str) -> Callable[[str, float, int], object]:
        """Open a run named `RUN_NAME`; return the call that logs a scalar: key, value, step."""

    def finish(self) -> None:
        """End the run. Returns when all that was logged lies in the tracker's store."""

    def reader(self, folder: str) -> Callable[[], int]:
        """Open the store; return the call that reads all points of `KEY` and counts them."""

    def fill_runs(self, folder: str, count: int) -> None:
        """Store the runs of `run_params` and `run_metrics`, by the fastest way there is."""

    def searcher(self, folder: str) -> Callable[[], list[str]]:
        """Open the store; return the call that finds the names of runs.

        Those whose metric_0 is over 0.5 and whose param_0 is "3", by metric_1 descending, the first
        `FOUND_LIMIT` of them.
        """


def losses(count: int) -> list[float]:
    """Return a noisy falling curve in float64, the same at each call."""
    noise = random.Random(7)
    return [2 * math.exp(-4 * i / count) + noise.gauss(0, 0.05) for i in range(count)]


def run_name(index: int) -> str:
    return f"run-{index}"


def run_params(index: int) -> dict[str, str]:
    return {f"param_{k}": str((index + k) % 10) for k in range(PARAMS_PER_RUN)}


def run_metrics(index: int) -> dict[str, float]:
    """Return values in 0 … 1 that differ from run to run: no two share a metric_1."""
    return {
        f"metric_{k}": (index + 1) * (k + 7919) % 1_000_003 / 1e6 for k in range(METRICS_PER_RUN)
    }
