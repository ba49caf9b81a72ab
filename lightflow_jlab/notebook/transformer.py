"""The `%%track` line becomes a comment: what runs is the cell itself, at the same line numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lightflow_jlab.notebook.track_line import TrackLine, parse_track_line

MARK = "%%track"
_HEAD = re.compile(r"[ \t]*%%track(?![^\s])(?P<line>[^\r\n]*)")
_LEADING_BLANK_LINES = re.compile(r"\A(?:[ \t]*\r?\n)+")
_COMMENT = "# " + MARK


def track_text(raw_cell: str) -> str | None:
    """Return what follows `%%track` on the first line that isn't blank; None where it isn't so."""
    if MARK not in raw_cell:
        return None
    head = _HEAD.match(_LEADING_BLANK_LINES.sub("", raw_cell))
    return head["line"].strip() if head else None


def track_line_of(raw_cell: str) -> TrackLine | None:
    """Return the cell's `%%track` line, None for other cells. Raises TrackLineError."""
    text = track_text(raw_cell)
    return None if text is None else parse_track_line(text)


def body_of(raw_cell: str) -> str:
    """Return the cell without its `%%track` line."""
    cell = _LEADING_BLANK_LINES.sub("", raw_cell)
    return cell.partition("\n")[2] if _HEAD.match(cell) else raw_cell


def hide_track_line(lines: list[str]) -> list[str]:
    """Turn the `%%track` line into a comment: an input transformer, last in IPython's clean-up.

    Another cell magic below it moves to the first line, where IPython looks for it. An error in
    the line is raised here, so that IPython shows it and doesn't run the cell.
    """
    if not lines or not (head := _HEAD.match(lines[0])):
        return lines
    parse_track_line(head["line"])
    rest = lines[1:]
    filled = next((index for index, line in enumerate(rest) if line.strip()), None)
    if filled is not None:
        indent = rest[filled][: len(rest[filled]) - len(rest[filled].lstrip())]
        if indent:
            rest = [line.removeprefix(indent) for line in rest]
        if rest[filled].startswith("%%"):
            return rest[filled:]
    return [_COMMENT + lines[0].lstrip()[len(MARK) :], *rest]


# IPython's check for complete input skips such transformers; it would not expect our error.
hide_track_line.has_side_effects = True  # type: ignore[attr-defined]


def prefilter_below(shell: Any) -> Callable[[list[str]], list[str]]:
    """Return a transformer that treats a tracked cell of one line as IPython treats a line alone.

    Only there does it understand `ls` or `cd` without a percent sign.
    """

    def prefilter_line_below(lines: list[str]) -> list[str]:
        if len(lines) != 2 or not lines[0].startswith(_COMMENT):
            return lines
        with shell.builtin_trap:
            return [lines[0], shell.prefilter_manager.prefilter_lines(lines[1]) + "\n"]

    return prefilter_line_below
