"""The data that a cell reads: which of its names they are, described before its first line runs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from lightflow_jlab.contract.records import DatasetRecord
from lightflow_jlab.notebook.names import names_of
from lightflow_jlab.notebook.transformer import body_of
from lightflow_jlab.tracking.datasets import describe, is_data

SETTING = "LIGHTFLOW_DATA"
MAX_DATASETS = 20
MAX_SECONDS = 0.02
"""After so long no further one is begun: the cell waits for it."""
_LIBRARIES = ("numpy", "pandas", "polars", "torch", "xgboost")
ORIGIN_TAG = {"lightflow.origin": "auto"}


def is_switched_on() -> bool:
    """Tell whether data are described at all: not with LIGHTFLOW_DATA=0."""
    return os.environ.get(SETTING, "").strip().lower() not in ("0", "false", "no", "off")


def data_read_by(raw_cell: str, namespace: Mapping[str, Any]) -> list[DatasetRecord]:
    """Describe the data that a cell reads from cells before it, in the order of their names."""
    if not any(library in sys.modules for library in _LIBRARIES):
        return []
    held = {name for name, value in namespace.items() if is_data(value) and name[:1] != "_"}
    if not held:
        return []
    from IPython.core.inputtransformer2 import TransformerManager

    manager: Any = TransformerManager
    try:
        names = names_of(manager().transform_cell(body_of(raw_cell)))
    except SyntaxError:
        return []
    found: list[DatasetRecord] = []
    deadline = time.monotonic() + MAX_SECONDS
    for name in sorted((names.reads | names.deferred) & held)[:MAX_DATASETS]:
        if time.monotonic() > deadline:
            break
        found.append(describe(name, namespace[name], ORIGIN_TAG))
    return found
