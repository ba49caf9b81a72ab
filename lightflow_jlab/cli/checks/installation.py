"""Versions, and whether Jupyter knows both extensions."""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.checks.finding import Finding, note, ok, problem

SERVER_EXTENSION = "lightflow_jlab"
LAB_EXTENSION = "lightflow-jlab"

_SOUND_SQLITE = (3, 51, 3)
_BACKPORTS = ((3, 50, 7), (3, 44, 6))


def check_installation() -> Iterator[Finding]:
    yield ok("python", f"Python {platform.python_version()} on {platform.system()}.")
    yield _sqlite()
    yield _server_extension()
    yield _lab_extension()


def may_damage_wal(version: tuple[int, ...]) -> bool:
    """Tell whether a release of SQLite has the defect https://sqlite.org/wal.html tells of: two
    connections that checkpoint at once may damage a database.
    """
    backported = any(version[:2] == at[:2] and version >= at for at in _BACKPORTS)
    return version < _SOUND_SQLITE and not backported


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if not may_damage_wal(sqlite3.sqlite_version_info):
        return ok("sqlite", f"SQLite {version}.")
    return note(
        "sqlite",
        f"SQLite {version} can damage a database when several programs write its log back at the "
        "same time. Lightflow has one do that at a time; don't open lightflow.db for writing with "
        "other programs while it runs.",
    )


def _server_extension() -> Finding:
    from jupyter_core.paths import jupyter_config_path

    said: bool | None = None
    for folder in jupyter_config_path():
        for file in (
            Path(folder, "jupyter_server_config.json"),
            *sorted(Path(folder, "jupyter_server_config.d").glob("*.json"), reverse=True),
        ):
            enabled = _json(file).get("ServerApp", {}).get("jpserver_extensions", {})
            if said is None and SERVER_EXTENSION in enabled:
                said = bool(enabled[SERVER_EXTENSION])
    if said:
        return ok("server extension", f"{_version()}, enabled.")
    why = "Jupyter doesn't know it." if said is None else "It is switched off."
    return problem(
        "server extension", f"{why} Run: jupyter server extension enable {SERVER_EXTENSION}"
    )


def _lab_extension() -> Finding:
    from jupyter_core.paths import jupyter_path

    for folder in jupyter_path("labextensions"):
        found = _json(Path(folder, LAB_EXTENSION, "package.json")).get("version")
        if found is not None and found != _version():
            return problem(
                "lab extension",
                f"{found} is installed, but the Python package is {_version()}. "
                "Install lightflow-jlab again, and reload JupyterLab's page.",
            )
        if found is not None:
            return ok("lab extension", f"{found}, in {folder}.")
    return problem(
        "lab extension", "JupyterLab doesn't have it. Install lightflow-jlab in its environment."
    )


def _version() -> str:
    from lightflow_jlab._version import __version__

    return str(__version__)


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
