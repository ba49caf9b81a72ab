"""Running a run's cells again in a fresh kernel: what is asked, how it goes, what came out."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lightflow_jlab.contract.scalars import Number

ReproductionState = Literal["running", "reproduced", "differs", "failed", "cancelled"]


class ReproductionStart(Struct, forbid_unknown_fields=True):
    tolerance: float = 1e-5
    """Relative: how far a metric's last value may be from the first run's."""


class ReproducedMetric(Struct, frozen=True):
    key: str
    expected: Number
    found: Number | None
    """None where the metric was not logged."""
    tolerance: Number
    is_within: bool


class Reproduction(Struct, frozen=True):
    """Kept with the run that was reproduced, as its document `reproduction`."""

    reproduction_id: str
    run_id: str
    """The run that is reproduced."""
    child_run_id: str | None
    """The run that its cells made this time."""
    state: ReproductionState
    cells_done: int
    cells_total: int
    reasons: list[str]
    """Why it differs or failed, in words."""
    environment: list[str]
    """What is another Python, system or package than at the first run, in words."""
    metrics: list[ReproducedMetric]
    start_time: int
    end_time: int | None


class ReproductionList(Struct, frozen=True):
    """Those that this server has started, the newest first."""

    reproductions: list[Reproduction]
