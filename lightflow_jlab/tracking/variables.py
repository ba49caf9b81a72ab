"""Which of a program's values are recorded by themselves: short plain data, single numbers."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from lightflow_jlab.errors import LightflowError
from lightflow_jlab.tracking.secrecy import looks_secret, without_secrets
from lightflow_jlab.tracking.values import param_records

MAX_LENGTH = 500
MAX_NAMES = 100
_PLAIN = (bool, int, float, str, type(None))


def params_among(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person would call params; nothing that looks secret, at most `MAX_NAMES`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if len(found) == MAX_NAMES:
            break
        if looks_secret(name, value):
            continue
        harmless = without_secrets(value)
        if is_short_data(harmless) and _is_recordable(name, harmless):
            found[name] = harmless
    return found


def metrics_among(values: Mapping[str, Any]) -> dict[str, float]:
    """Return what is a single real number, as floats; at most `MAX_NAMES`."""
    found: dict[str, float] = {}
    for name, value in values.items():
        number = number_of(value)
        if number is None or len(found) == MAX_NAMES or looks_secret(name, value):
            continue
        if _is_recordable(name, number):
            found[name] = number
    return found


def number_of(value: object) -> float | None:
    """Return a number, also NumPy's of no dimension, as a float; None for anything else."""
    if isinstance(value, bool | int | float):
        plain: Any = value
    else:
        numpy = sys.modules.get("numpy")
        if numpy is None or not isinstance(value, numpy.generic | numpy.ndarray):
            return None
        if value.ndim != 0 or value.dtype.kind not in "biuf":
            return None
        plain = value
    try:
        return float(plain)
    except (OverflowError, TypeError, ValueError):
        return None


def _is_recordable(name: str, value: object) -> bool:
    """Tell whether a param could have this name and value: keys of dicts may be anything."""
    try:
        param_records({name: value}, "auto")
    except LightflowError:
        return False
    return True


def is_short_data(value: object, depth: int = 0) -> bool:
    """Tell whether a value is plain data, of a size that a person would call a param."""
    if isinstance(value, _PLAIN):
        return not isinstance(value, str) or len(value) <= MAX_LENGTH
    if depth > 4 or not isinstance(value, list | tuple | dict) or len(value) > MAX_NAMES:
        return False
    if isinstance(value, dict):
        if not value or not all(isinstance(key, str) for key in value):
            return False
        return all(is_short_data(item, depth + 1) for item in value.values())
    return all(is_short_data(item, depth + 1) for item in value) and len(repr(value)) <= MAX_LENGTH
