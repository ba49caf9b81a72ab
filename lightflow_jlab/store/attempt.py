"""A run of a cell as it is compared with the cell's other runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Attempt:
    """What is compared of a run; empty is what isn't known."""

    run_id: str
    run_name: str
    number: int
    """From 1; 0 where it isn't known yet."""
    metrics: dict[str, float]
    """Last values."""
    params: dict[str, str]
    """As texts, see `param_text`."""
    source: str = ""
    stood_on: dict[str, str] = field(default_factory=dict)
    """Sources of the cells before it, by their ids."""
    packages: dict[str, str] = field(default_factory=dict)
    commit: str = ""
    datasets: dict[str, str] = field(default_factory=dict)
    """By name: digest and shape."""


class Earlier(NamedTuple):
    """An earlier attempt, read when it is needed."""

    run_id: str
    number: int
    value: float | None
    """Of the metric by which the best is meant."""
    load: Callable[[], Attempt]


def stood_on(slice_text: str) -> dict[str, str]:
    """Return sources by cell from the document `slice`; the run's own cell is not among them."""
    cells = parsed(slice_text).get("cells", [])
    try:
        return {
            cell["cell_id"] or f"[{number}]": cell["source"]
            for number, cell in enumerate(cells[:-1])
        }
    except (KeyError, TypeError):
        return {}


def packages_in(environment_text: str) -> dict[str, str]:
    found = parsed(environment_text).get("packages", {})
    return found if isinstance(found, dict) else {}


def data_text(digest: str, profile: str | None) -> str:
    """Return a dataset's digest, and its rows and columns where the profile tells them."""
    shape = shape_text(profile)
    return f"{digest} ({shape})" if shape else digest


def shape_text(profile: str | None) -> str:
    """Return a dataset's rows and columns; empty where the profile doesn't tell them."""
    found = parsed(profile or "")
    shape = found.get("shape", [found.get("num_rows")])
    if not isinstance(shape, list) or not all(isinstance(one, int) for one in shape):
        return ""
    return " × ".join(f"{one:,}" for one in shape)


def parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
