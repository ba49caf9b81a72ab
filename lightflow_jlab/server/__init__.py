"""The Jupyter server extension: the store over REST and, as it changes, over a WebSocket."""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from lightflow_jlab.server.app import LightflowApp

    return [{"module": "lightflow_jlab.server.app", "app": LightflowApp}]
