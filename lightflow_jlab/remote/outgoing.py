"""What is to be logged to an MLflow run, in the portions that its server takes at once."""

from __future__ import annotations

import math
import mimetypes
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from lightflow_jlab.contract.param_values import param_text
from lightflow_jlab.contract.records import ParamRecord

Kind = Literal["metrics", "params", "tags"]
MOST: dict[Kind, int] = {"metrics": 1_000, "params": 100, "tags": 100}
MOST_TOGETHER = 1_000
MOST_BYTES = 900_000
"""MLflow's bound is a megabyte; the rest is for the request's own words."""
DOCUMENT_FOLDER = "lightflow"
_FIXED_BYTES = 100


class Item(NamedTuple):
    kind: Kind
    content: dict[str, Any]
    """As MLflow's REST calls write it."""
    is_ours: bool = False
    """Lightflow has found it by itself; that the server won't have it is no news to anyone."""


def metric(key: str, value: float, time_ms: int, step: int) -> Item:
    number: float | str = value
    if not math.isfinite(value):
        number = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return Item("metrics", {"key": key, "value": number, "timestamp": time_ms, "step": step})


def param(record: ParamRecord) -> Item:
    content = {"key": record.key, "value": param_text(record)}
    return Item("params", content, record.origin == "auto")


def tag(key: str, value: str) -> Item:
    return Item("tags", {"key": key, "value": value})


def document_path(kind: str, media_type: str) -> str:
    """Return where among a run's files one of its texts lies: MLflow knows only files."""
    return f"{DOCUMENT_FOLDER}/{kind}{mimetypes.guess_extension(media_type) or '.txt'}"


def pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    """Return tags as MLflow's REST calls write them; empty ones are left out."""
    return [{"key": key, "value": value} for key, value in tags.items() if value]


def portions(items: list[Item]) -> Iterator[list[Item]]:
    """Split items, in order, into what one call takes. A param's key comes once in each."""
    portion: list[Item] = []
    counts = dict.fromkeys(MOST, 0)
    keys: set[tuple[Kind, str]] = set()
    size = 0
    for item in items:
        kind, key = item.kind, (item.kind, item.content["key"])
        weight = _weight(item)
        full = (
            counts[kind] == MOST[kind]
            or len(portion) == MOST_TOGETHER
            or size + weight > MOST_BYTES
            or (kind != "metrics" and key in keys)
        )
        if full and portion:
            yield portion
            portion, counts, keys, size = [], dict.fromkeys(MOST, 0), set(), 0
        portion.append(item)
        counts[kind] += 1
        keys.add(key)
        size += weight
    if portion:
        yield portion


def by_kind(items: list[Item]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        found.setdefault(item.kind, []).append(item.content)
    return found


def _weight(item: Item) -> int:
    content = item.content
    text = content["key"] + (content["value"] if item.kind != "metrics" else "")
    # JSON writes some characters as six.
    return _FIXED_BYTES + (len(text) if text.isascii() else 6 * len(text))
