"""Where a cell stands: its notebook, its id, the message that asked for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from lightflow_jlab.config.destinations import project_folder
from lightflow_jlab.tracking.run import Source

EXECUTION_COUNT_TAG = "lightflow.execution_count"
_VARIABLES = ("JPY_SESSION_NAME", "IPYNB_FILE")
_VSCODE_NAME = "__vsc_ipynb_file__"


def source_of(shell: Any, info: Any, store: Path) -> Source:
    """Return notebook and cell of an execution; the path is relative to the store's place."""
    return Source(
        source_type="NOTEBOOK",
        source_name=notebook_path(shell.user_ns, project_folder(store)),
        cell_id=cell_id_of(shell, info),
    )


def notebook_path(namespace: Mapping[str, Any], root: Path) -> str:
    """Return the notebook's path with `/`, relative to `root` where it is below; '' if unknown."""
    candidates = [namespace.get(_VSCODE_NAME), *map(os.environ.get, _VARIABLES)]
    found = next((path for path in candidates if isinstance(path, str) and path), "")
    return _below(found, root) if found else ""


@lru_cache
def _below(found: str, root: Path) -> str:
    path = Path(found)
    if not path.is_absolute():
        return path.as_posix()
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def cell_id_of(shell: Any, info: Any) -> str:
    """Return the id that the front end gave the cell; '' if it gave none."""
    given = getattr(info, "cell_id", None)
    if not given:
        metadata = request_of(shell).get("metadata")
        given = metadata.get("cellId") if isinstance(metadata, Mapping) else None
    return given if isinstance(given, str) else ""


def request_of(shell: Any) -> Mapping[str, Any]:
    """Return the message that asked for the running cell; empty outside of a kernel."""
    if not hasattr(shell, "get_parent"):
        return {}
    try:
        parent = shell.get_parent()
    except (AttributeError, LookupError):
        return {}
    return parent if isinstance(parent, Mapping) else {}


def message_id_of(request: Mapping[str, Any]) -> str:
    header = request.get("header")
    found = header.get("msg_id") if isinstance(header, Mapping) else None
    return found if isinstance(found, str) else ""
