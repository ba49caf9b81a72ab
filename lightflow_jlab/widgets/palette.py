"""A run's colour, the same as the sidebar gives it (`src/charts/color.ts`)."""

from __future__ import annotations

from lightflow_jlab.contract.run_ids import color_of

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
    """Return the colour that lies in the id."""
    return PALETTE[color_of(run_id)]
