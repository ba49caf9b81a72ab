"""Params and metrics that a cell's own variables are, with the values they have at its end."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from typing import Any

from lightflow_jlab.notebook.assignments import Assignments, assignments_of
from lightflow_jlab.tracking.variables import metrics_among, params_among

SETTING = "LIGHTFLOW_AUTO_PARAMS"
_NAMESPACE_MAGICS = frozenset({"time", "capture", "prun"})
"""Cell magics that run the rest of the cell in the user's namespace."""


def is_switched_on() -> bool:
    """Tell whether cells' variables are recorded at all: not with LIGHTFLOW_AUTO_PARAMS=0."""
    return os.environ.get(SETTING, "").strip().lower() not in ("0", "false", "no", "off")


def automatic_values(
    assignments: Assignments, namespace: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return (params, metrics) as the namespace holds them now."""
    literal, computed = (
        {name: namespace[name] for name in names if name in namespace}
        for names in (assignments.literal, assignments.computed)
    )
    return params_among(literal), metrics_among(computed)


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
