"""Cells that are tracked without a `%%track` line: they are marked, or they train."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Mapping
from typing import Any

SETTING = "LIGHTFLOW_TRACK_TRAINING"
METADATA_KEY = "lightflow"
"""In a cell's metadata: `{"lightflow": {"track": true}}`."""

_HINT = re.compile(r"\b(fit|partial_fit|fit_generator|train|train_on_batch|step|log_metrics?)\s*\(")
_TRAINING = frozenset({"fit", "partial_fit", "fit_generator", "train_on_batch"})
_LOGGING = frozenset({"log_metric", "log_metrics"})
_OWN_RUN = frozenset({"start_run"})


def is_marked(request: Mapping[str, Any]) -> bool:
    """Tell whether the cell's metadata, which JupyterLab sends with each execution, ask for it."""
    metadata = request.get("metadata")
    ours = metadata.get(METADATA_KEY) if isinstance(metadata, Mapping) else None
    return isinstance(ours, Mapping) and ours.get("track") is True


def tracks_training() -> bool:
    """Tell whether cells that train are to be tracked: LIGHTFLOW_TRACK_TRAINING=1."""
    return os.environ.get(SETTING, "").strip().lower() in ("1", "true", "yes", "on")


def trains(raw_cell: str) -> bool:
    """Tell whether a cell calls what trains a model or logs a metric, and starts no run itself.

    What it calls in functions and modules of its own isn't looked into.
    """
    if not _HINT.search(raw_cell):
        return False
    from IPython.core.inputtransformer2 import TransformerManager

    manager: Any = TransformerManager
    try:
        tree = ast.parse(manager().transform_cell(raw_cell))
    except SyntaxError:
        return False
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(_called(call) in _OWN_RUN for call in calls):
        return False
    return any(_is_training(call) for call in calls)


def _is_training(call: ast.Call) -> bool:
    name = _called(call)
    if name in _LOGGING:
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    if name in _TRAINING:
        return True
    owner = ast.unparse(call.func.value).lower()
    if name == "step":
        return "optim" in owner or owner == "opt"
    # `model.train()` of torch only changes a mode.
    return name == "train" and (bool(call.args or call.keywords) or "trainer" in owner)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
