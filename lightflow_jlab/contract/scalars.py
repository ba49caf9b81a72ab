"""Numbers and param values as they travel, with one explicit encoding of what JSON lacks."""

from __future__ import annotations

import math
from typing import Literal

NonFinite = Literal["NaN", "Infinity", "-Infinity"]
Number = float | NonFinite
"""A float; the three values that JSON can't write are these words."""

RunStatus = Literal["RUNNING", "FINISHED", "FAILED", "KILLED", "CRASHED", "STALLED", "SCHEDULED"]
Lifecycle = Literal["active", "deleted"]
View = Literal["active", "deleted", "all"]
Origin = Literal["user", "auto"]
"""Who recorded a param or metric: the user's call, or Lightflow by itself."""

ParamType = Literal["int", "float", "str", "bool", "none", "json"]
ParamValue = bool | int | float | str | None

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that a browser reads exactly; larger params travel as text."""


def encode_number(value: float) -> Number:
    """Return `value`, or the word for it where JSON has no number."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def decode_number(value: Number) -> float:
    """Invert `encode_number`."""
    return float(value)
