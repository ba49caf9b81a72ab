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

    Functions that it defines and calls are looked into, others are not.
    """
    if not _HINT.search(raw_cell):
        return False
    from IPython.core.inputtransformer2 import TransformerManager

    manager: Any = TransformerManager
    try:
        tree = ast.parse(manager().transform_cell(raw_cell))
    except SyntaxError:
        return False
    calls = _calls_in(tree)
    if any(_called(call) in _OWN_RUN for call in calls):
        return False
    return any(_is_training(call) for call in calls)


def _calls_in(tree: ast.Module) -> list[ast.Call]:
    """Return the calls that running a cell makes; none of functions that are runs of their own."""
    defined: dict[str, ast.AST] = {}
    calls: list[ast.Call] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if not any(_name(one) == "track" for one in node.decorator_list):
                    defined[node.name] = node
                continue
            if isinstance(node, ast.Call):
                calls.append(node)
            waiting.append(node)
        if not waiting:
            called = {_called(call) for call in calls} & defined.keys()
            waiting = [defined.pop(name) for name in sorted(called)]
    return calls


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
    return _name(call.func)


def _name(node: ast.expr) -> str:
    match node:
        case ast.Call(func=function):
            return _name(function)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
