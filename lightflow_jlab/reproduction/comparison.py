"""Whether a run is another one again: its end, its metrics, what they ran in."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from lightflow_jlab.contract.reproduction import ReproducedMetric
from lightflow_jlab.contract.rest import Metric, Run
from lightflow_jlab.contract.scalars import decode_number, encode_number
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import Store

DEFAULT_TOLERANCE = 1e-5
MAX_DIFFERENCES = 20
_MEASURES_THE_MACHINE = ("system/", "iterations_per_second")


def compared_metrics(
    first: Run, again: Run, tolerance: float, tolerances: Mapping[str, float]
) -> list[ReproducedMetric]:
    """Compare last values: of the user's metrics, else of those recorded by themselves.

    What measures the machine and not the model is left out.

    Parameters
    ----------
    tolerance, tolerances
        Relative to the larger of both values; of all metrics, and of single ones by their keys.
    """
    found = {metric.key: decode_number(metric.last) for metric in again.metrics}
    metrics = [one for one in first.metrics if not _measures_the_machine(one)]
    own = [metric for metric in metrics if metric.origin == "user"]
    compared = []
    for metric in own or metrics:
        allowed = tolerances.get(metric.key, tolerance)
        value = found.get(metric.key)
        compared.append(
            ReproducedMetric(
                key=metric.key,
                expected=metric.last,
                found=None if value is None else encode_number(value),
                tolerance=encode_number(allowed),
                is_within=value is not None
                and is_within(decode_number(metric.last), value, allowed),
            )
        )
    return compared


def is_within(expected: float, found: float, tolerance: float) -> bool:
    """Tell whether two values are the same; NaN is the same as NaN.

    >>> is_within(1.0, 1.0000001, 1e-5), is_within(float("nan"), float("nan"), 0.0)
    (True, True)
    """
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    if math.isinf(expected) or math.isinf(found):
        return expected == found
    return math.isinf(tolerance) or math.isclose(expected, found, rel_tol=tolerance)


def reasons_against(first: Run, again: Run, metrics: list[ReproducedMetric]) -> list[str]:
    """Return in words what is not as it was; empty where all is."""
    reasons = []
    if first.status != again.status:
        error = f" ({again.error.type}: {again.error.message})" if again.error else ""
        reasons.append(f"It ended {again.status}{error}; the first ended {first.status}.")
    for metric in metrics:
        if metric.found is None:
            reasons.append(f"{metric.key} was not logged; it was {_text(metric.expected)}.")
        elif not metric.is_within:
            expected, found = decode_number(metric.expected), decode_number(metric.found)
            reasons.append(
                f"{metric.key} was {_text(metric.expected)} and is now {_text(metric.found)} "
                f"({found - expected:+.3g})."
            )
    if len(reasons) > MAX_DIFFERENCES:
        reasons = [*reasons[:MAX_DIFFERENCES], f"And {len(reasons) - MAX_DIFFERENCES} more."]
    return reasons


def environment_differences(store: Store, first: Run, again: Run) -> list[str]:
    """Return in words which Python, system and packages are others now."""
    before, now = (_environment(store, run) for run in (first, again))
    if not before or not now:
        return []
    told = [
        f"{name.capitalize()} {before.get(name)} → {now.get(name)}"
        for name in ("python", "implementation", "system", "machine")
        if before.get(name) != now.get(name)
    ]
    old, new = before.get("packages", {}), now.get("packages", {})
    told += [
        f"{name} {old.get(name, 'none')} → {new.get(name, 'none')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    if len(told) > MAX_DIFFERENCES:
        told = [*told[:MAX_DIFFERENCES], f"and {len(told) - MAX_DIFFERENCES} more"]
    return told


def _measures_the_machine(metric: Metric) -> bool:
    start, end = _MEASURES_THE_MACHINE
    return metric.key.startswith(start) or (metric.origin == "auto" and metric.key.endswith(end))


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def _environment(store: Store, run: Run) -> dict[str, Any]:
    try:
        found = json.loads(store.document(run.run_id, "environment").text)
    except (NotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
