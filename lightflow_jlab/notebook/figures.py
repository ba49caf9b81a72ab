"""The pictures that a cell shows, kept as artifacts of its run."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from lightflow_jlab.notebook.harmless import harmless
from lightflow_jlab.tracking.run import ActiveRun

MAX_FIGURES = 20
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}


class FigureCapture:
    """Listens to what a thread displays; `start` and `stop` belong into that thread."""

    def __init__(self, shell: Any, run: ActiveRun, message_id: str, own_display_id: str) -> None:
        self._publishers = [
            publisher
            for publisher in (shell.display_pub, shell.displayhook)
            if hasattr(publisher, "register_hook")
        ]
        self._run = run
        self._message_id = message_id
        self._own_display_id = own_display_id
        self._count = 0

    def start(self) -> None:
        for publisher in self._publishers:
            publisher.register_hook(self._listen)

    def stop(self) -> None:
        for publisher in self._publishers:
            publisher.unregister_hook(self._listen)

    def _listen(self, message: dict[str, Any]) -> dict[str, Any]:
        self._keep(message)
        return message

    @harmless("keep the figures of a cell")
    def _keep(self, message: Mapping[str, Any]) -> None:
        content = message["content"]
        if (
            self._count >= MAX_FIGURES
            or message["header"]["msg_type"] not in ("display_data", "execute_result")
            or message["parent_header"].get("msg_id") != self._message_id
            or content.get("transient", {}).get("display_id") == self._own_display_id
        ):
            return
        for media_type, ending in _ENDINGS.items():
            data = content["data"].get(media_type)
            if data:
                text = "".join(data)
                picture = text.encode() if ending == "svg" else base64.b64decode(text)
                self._count += 1
                self._run.log_artifact_bytes(
                    picture, f"figures/{self._count:02d}.{ending}", media_type
                )
                return
