"""Rows of measurements as a table in markdown."""

from __future__ import annotations

import os
import platform
from typing import NamedTuple


class Row(NamedTuple):
    what: str
    measured: str
    bound: str


def quantile(ordered: list[float], share: float) -> float:
    """Return the value below which `share` of an ordered list lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def render(rows: list[Row]) -> str:
    """Return a markdown table, and below it the machine and its load."""
    return f"{grid(['what', 'measured', 'must'], [list(row) for row in rows])}\n\n{machine()}"


def grid(header: list[str], rows: list[list[str]]) -> str:
    """Return a markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}"
