"""A run's colour, the same as the sidebar gives it (`src/charts/color.ts`)."""

from __future__ import annotations

PALETTE = (
    "#3b82c4",
    "#e07b28",
    "#2f9e77",
    "#d1495b",
    "#8a63c9",
    "#a0742c",
    "#d667a5",
    "#5f9ea0",
    "#8f9e1f",
    "#6b7bd6",
    "#c2543a",
    "#4a8f3c",
)


def run_color(run_id: str) -> str:
    """Return the colour by the 32-bit FNV-1a hash of the id."""
    value = 2166136261
    for character in run_id:
        value = ((value ^ ord(character)) * 16777619) & 0xFFFFFFFF
    return PALETTE[value % len(PALETTE)]
