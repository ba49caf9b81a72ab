"""Answers of two servers, with what must differ set alike: ids, times, order without a promise."""

from __future__ import annotations

import re
from typing import Any

_ID = re.compile(r"(?:m-)?[0-9a-f]{32}")
_EARLIEST = 1_700_000_000_000
_UNORDERED = ("tags", "params", "metrics", "aliases", "latest_versions", "model_inputs")


class Names:
    """Gives each id the number in which it first appeared."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def alike(self, value: Any, key: str = "") -> Any:
        """Return a value without what is particular to one server."""
        if isinstance(value, dict):
            found = {name: self.alike(value[name], name) for name in sorted(value)}
            return {name: one for name, one in found.items() if one not in ("", [], {}, None)}
        if isinstance(value, list | tuple):
            items = value
            if key in _UNORDERED and items and isinstance(items[0], dict):
                items = sorted(value, key=lambda one: sorted((k, str(v)) for k, v in one.items()))
            return [self.alike(one) for one in items]
        if isinstance(value, int) and not isinstance(value, bool) and value > _EARLIEST:
            return "<time>"
        if isinstance(value, str):
            if key == "next_page_token" and value:
                return "<token>"
            return _ID.sub(lambda found: self._name(found[0]), value)
        return value

    def _name(self, found: str) -> str:
        return self._known.setdefault(found, f"<id {len(self._known)}>")


def outcome(answer: tuple[int, Any]) -> Any:
    """Return an answer, of an error only what programs act on: its status and its code."""
    status, body = answer
    return (status, body) if status == 200 else (status, body.get("error_code"))
