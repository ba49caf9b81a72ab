"""Fewer points that look the same: each bin of the x axis keeps its least and greatest value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lightflow_jlab.store.chunks import Columns


def in_step_order(columns: Columns) -> Columns:
    """Sort by step; points of one step stay in order of arrival."""
    steps = columns.steps
    if len(steps) < 2 or bool((steps[1:] >= steps[:-1]).all()):
        return columns
    return columns.part(np.argsort(steps, kind="stable"))


def window(columns: Columns, start_step: int | None, end_step: int | None) -> Columns:
    """Keep the steps of `start_step` … `end_step`, both included; `columns` are in step order."""
    low = 0 if start_step is None else int(np.searchsorted(columns.steps, start_step, "left"))
    high = (
        len(columns.steps)
        if end_step is None
        else int(np.searchsorted(columns.steps, end_step, "right"))
    )
    return columns.part(slice(low, high))


def downsample(columns: Columns, max_points: int) -> Columns:
    """Return about `max_points` of the points, in order.

    The first and last point, the least and the greatest value of each bin (MinMax aggregation, as
    in the tsdownsample library) and the edges of stretches of NaN are kept, so that no peak and
    no gap disappears. `columns` are in step order; `max_points` is at least 4.
    """
    count = len(columns.steps)
    if count <= max_points:
        return columns
    from tsdownsample import MinMaxDownsampler

    missing = np.isnan(columns.values)
    present = np.flatnonzero(~missing)
    edges = _edges(missing, max_points // 4)
    # The library needs two bins, of two points each.
    room = max(4, (max_points - len(edges) - 2) // 2 * 2)
    kept = present
    if len(present) > room:
        # Copied only where there are gaps: copying a million points takes as long as choosing.
        dense = columns if len(present) == count else columns.part(present)
        chosen = MinMaxDownsampler().downsample(  # type: ignore[no-untyped-call]
            np.ascontiguousarray(dense.steps), np.ascontiguousarray(dense.values), n_out=room
        )
        kept = present[chosen.astype(np.int64)]
    ends = np.array([0, count - 1])
    return columns.part(np.unique(np.concatenate((ends, kept, edges))))


def _edges(missing: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Return the first point of each stretch of NaN, at most `most` of them, spread evenly."""
    starts = np.flatnonzero(missing & ~np.concatenate(([False], missing[:-1])))
    if len(starts) > most:
        starts = starts[np.linspace(0, len(starts) - 1, most).astype(np.int64)]
    return starts
