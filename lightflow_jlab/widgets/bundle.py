"""A view in all the forms that a notebook's output holds."""

from __future__ import annotations

import base64
import time
from typing import Any

from lightflow_jlab.widgets import picture
from lightflow_jlab.widgets.document import VIEW_MEDIA_TYPE, View
from lightflow_jlab.widgets.page import page
from lightflow_jlab.widgets.text import plain_text


def mime_bundle(view: View, *, final: bool) -> dict[str, Any]:
    """Return the view by media type: the document, HTML, text, and a PNG where it is final."""
    now_ms = time.time_ns() // 1_000_000
    png = picture.draw(view) if final else None
    data: dict[str, Any] = {
        VIEW_MEDIA_TYPE: view.as_json(),
        "text/html": page(view, now_ms, png=png, lines=not final),
        "text/plain": "\n".join([plain_text(view.runs, now_ms), *view.notes]),
    }
    if png is not None:
        data["image/png"] = base64.b64encode(png).decode("ascii")
    return data
