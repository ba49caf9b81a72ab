"""Run ids, and the colour that lies in one.

A run has the same colour in every view, program and store without anybody keeping it: the id says
it. Whoever makes ids lets the colours follow each other, so that runs begun one after another can
be told apart: they are those that get compared.
"""

from __future__ import annotations

import secrets
from itertools import count

COLOR_COUNT = 12

# Programs that record one run each would all begin with the same colour.
_colors = count(secrets.randbelow(COLOR_COUNT))


def new_run_id() -> str:
    """Return 32 hexadecimal digits: random but for the colour."""
    head = secrets.randbelow(2**32 // COLOR_COUNT) * COLOR_COUNT + next(_colors) % COLOR_COUNT
    return f"{head:08x}{secrets.token_hex(12)}"


def color_of(run_id: str) -> int:
    """Return the place of a run's colour in the palette, 0 up to `COLOR_COUNT`."""
    return int(run_id[:8], 16) % COLOR_COUNT
