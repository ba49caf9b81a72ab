"""A filter that can't be understood: where, and what may stand there."""

from __future__ import annotations

from lightflow_jlab.errors import InvalidValueError

_SHOWN_BEFORE = 60
_SHOWN_AFTER = 40


class FilterError(InvalidValueError):
    """Says what is wrong, shows the place with a caret, and lists what is allowed there."""

    def __init__(self, text: str, position: int, reason: str, allowed: tuple[str, ...]) -> None:
        self.position = position
        """Where in the filter, from 0; its length for the end."""
        self.reason = reason
        self.allowed = allowed
        """Words and signs as they are written, or what they stand for: `a number`."""
        start = max(0, position - _SHOWN_BEFORE)
        shown = text[start : position + _SHOWN_AFTER]
        lines = [reason, f"  {_one_line(shown)}", f"  {' ' * (position - start)}^"]
        if allowed:
            lines.append(f"Allowed here: {', '.join(allowed)}.")
        super().__init__("\n".join(lines))


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
