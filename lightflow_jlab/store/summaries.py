"""A metric's summary: how many points, the first, last, least and greatest of them."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from lightflow_jlab.store.chunks import Columns

Ties = Literal["arrival", "value"]
"""Which of two points of one step and time is the last: the later, or (MLflow) the greater."""

Summary = dict[str, Any]
"""By column of `schema.metrics`; NaN where all values are."""

_VALUES = ("first", "last", "min", "max")


def summary_of(points: Columns, ties: Ties) -> Summary:
    """Summarise points: first and last by (step, time, tie), least and greatest without NaN."""
    values = points.values
    if ties == "arrival":
        order = np.lexsort((points.times, points.steps))
    else:
        order = np.lexsort((values, points.times, points.steps))
    first, last = order[0], order[-1]
    present = np.flatnonzero(~np.isnan(values))
    # Not nanargmin: it takes a NaN for infinite, and so for the least where all others are.
    least = int(present[values[present].argmin()]) if len(present) else 0
    greatest = int(present[values[present].argmax()]) if len(present) else 0
    return {
        "count": len(values),
        "first": float(values[first]),
        "first_step": int(points.steps[first]),
        "first_time": int(points.times[first]),
        "last": float(values[last]),
        "last_step": int(points.steps[last]),
        "last_time": int(points.times[last]),
        "min": float(values[least]),
        "min_step": int(points.steps[least]),
        "max": float(values[greatest]),
        "max_step": int(points.steps[greatest]),
    }


def merged(old: Summary, new: Summary, ties: Ties) -> Summary:
    """Return the summary of points and those that came after them."""
    both = {**old, "count": old["count"] + new["count"]}
    if (new["first_step"], new["first_time"]) < (old["first_step"], old["first_time"]):
        both |= {name: new[name] for name in ("first", "first_step", "first_time")}
    ends = [(one["last_step"], one["last_time"]) for one in (old, new)]
    if ends[1] > ends[0] or (
        ends[1] == ends[0] and (ties == "arrival" or new["last"] > old["last"])
    ):
        both |= {name: new[name] for name in ("last", "last_step", "last_time")}
    if not math.isnan(new["min"]) and not new["min"] >= old["min"]:
        both |= {name: new[name] for name in ("min", "min_step")}
    if not math.isnan(new["max"]) and not new["max"] <= old["max"]:
        both |= {name: new[name] for name in ("max", "max_step")}
    return both


def stored(summary: Summary) -> Summary:
    """Return a summary as its row: NaN is NULL."""
    return {
        name: None if name in _VALUES and math.isnan(value) else value
        for name, value in summary.items()
    }


def loaded(row: dict[str, Any]) -> Summary:
    """Invert `stored`."""
    return {
        name: math.nan if value is None and name in _VALUES else value
        for name, value in row.items()
        if name not in ("id", "run", "key", "origin")
    }
