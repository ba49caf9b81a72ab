"""The code of runs against the first one's, line by line, for where no script draws it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from lightflow_jlab.widgets.document import ViewCell, ViewRun

MAX_LINES = 400
"""Of one run; a saved notebook should stay small."""
_HEAD_LINES = 2
"""Where a unified diff names its files."""


def code_changes(base: ViewRun, run: ViewRun) -> list[str]:
    """Return what changed from the cells of one run to another's; empty where they are equal.

    Removed and added lines begin with their signs, others with a space; a line `[3] → [4]` stands
    before each cell.
    """
    lines: list[str] = []
    for before, after in _pairs(base.cells, run.cells):
        changed = list(_changed(before.source, after.source))
        if changed:
            lines += [_title(before, after), *changed]
    if len(lines) > MAX_LINES:
        left = len(lines) - MAX_LINES
        lines = [*lines[:MAX_LINES], f"⋯ {left:,} more lines"]
    return lines


def _pairs(base: list[ViewCell], other: list[ViewCell]) -> Iterator[tuple[ViewCell, ViewCell]]:
    """Pair cells as `src/view/cells.ts` does: the tracked ones, then by id or by source."""
    none = ViewCell("", None, "")
    left = base[1:]
    if base or other:
        yield next(iter(base), none), next(iter(other), none)
    for cell in other[1:]:
        found = next((one for one in left if _same(one, cell)), none)
        if found is not none:
            left.remove(found)
        yield found, cell
    for cell in left:
        yield cell, none


def _same(one: ViewCell, other: ViewCell) -> bool:
    return one.source == other.source or (one.cell_id != "" and one.cell_id == other.cell_id)


def _changed(before: str, after: str) -> Iterator[str]:
    diff = unified_diff(before.splitlines(), after.splitlines(), lineterm="")
    for number, line in enumerate(diff):
        if number < _HEAD_LINES:
            continue
        if line.startswith("@@"):
            if number > _HEAD_LINES:
                yield "⋯"
        else:
            yield "−" + line[1:] if line.startswith("-") else line


def _title(before: ViewCell, after: ViewCell) -> str:
    first, second = (
        "–" if cell.execution_count is None else f"[{cell.execution_count}]"
        for cell in (before, after)
    )
    return first if first == second else f"{first} → {second}"
