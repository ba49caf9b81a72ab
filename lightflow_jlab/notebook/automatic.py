"""Params and metrics that a cell's own variables are, with the values they have at its end."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Mapping
from typing import Any

from lightflow_jlab.notebook.assignments import Assignments, assignments_of
from lightflow_jlab.notebook.secrecy import looks_secret, without_secrets

SETTING = "LIGHTFLOW_AUTO_PARAMS"
MAX_LENGTH = 500
MAX_NAMES = 100
_NAMESPACE_MAGICS = frozenset({"time", "capture", "prun"})
"""Cell magics that run the rest of the cell in the user's namespace."""
_PLAIN = (bool, int, float, str, type(None))


def is_switched_on() -> bool:
    """Tell whether cells' variables are recorded at all: not with LIGHTFLOW_AUTO_PARAMS=0."""
    return os.environ.get(SETTING, "").strip().lower() not in ("0", "false", "no", "off")


def automatic_values(
    assignments: Assignments, namespace: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return (params, metrics) as the namespace holds them now."""
    params: dict[str, Any] = {}
    for name in assignments.literal:
        value = namespace.get(name, ...)
        if value is ... or looks_secret(name, value):
            continue
        value = without_secrets(value)
        if _is_short_data(value):
            params[name] = value
    metrics: dict[str, float] = {}
    for name in assignments.computed:
        value = namespace.get(name)
        number = _number(value)
        if number is not None and not looks_secret(name, value):
            metrics[name] = number
    return _first(params), _first(metrics)


def read_assignments(python: str, transform: Any) -> Assignments:
    """Read a cell as IPython transformed it; look below `%%time` and its like.

    Parameters
    ----------
    transform
        IPython's `transform_cell`, for what is below.
    """
    module = ast.parse(python)
    if len(module.body) == 1:
        match module.body[0]:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="run_cell_magic"),
                    args=[ast.Constant(value=str(magic)), _, ast.Constant(value=str(body))],
                )
            ):
                if magic not in _NAMESPACE_MAGICS:
                    return Assignments((), ())
                return assignments_of(transform(body))
    return assignments_of(python)


def _first(values: dict[str, Any]) -> dict[str, Any]:
    return dict(list(values.items())[:MAX_NAMES])


def _number(value: object) -> float | None:
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


def _is_short_data(value: object, depth: int = 0) -> bool:
    """Tell whether a value is plain data, of a size that a person would call a param."""
    if isinstance(value, _PLAIN):
        return not isinstance(value, str) or len(value) <= MAX_LENGTH
    if depth > 4 or not isinstance(value, list | tuple | dict) or len(value) > MAX_NAMES:
        return False
    if isinstance(value, dict):
        if not value or not all(isinstance(key, str) for key in value):
            return False
        return all(_is_short_data(item, depth + 1) for item in value.values())
    return all(_is_short_data(item, depth + 1) for item in value) and len(repr(value)) <= MAX_LENGTH
