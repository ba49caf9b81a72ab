"""Fewer points that look the same: each bin keeps its least and its greatest value."""

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

    The first and last point, the least and the greatest finite value of each bin of equally many
    points (MinMax aggregation, as in the tsdownsample library) and the first of each stretch of
    NaN and of infinities are kept, so that no peak and no gap disappears. `columns` are in step
    order; `max_points` is at least 4.
    """
    count = len(columns.steps)
    if count <= max_points:
        return columns
    # An infinity taken as the greatest would hide the peak of its bin.
    finite = np.isfinite(columns.values)
    present = np.flatnonzero(finite)
    kept = [np.array([0, count - 1])]
    if len(present) < count:
        missing = np.isnan(columns.values)
        most = max_points // 4
        kept += [_edges(missing, most), _edges(~finite & ~missing, most)]
    room = max_points - sum(len(part) for part in kept)
    if len(present):
        # Copied only where there are gaps: copying a million points takes as long as choosing.
        dense = columns.values if len(present) == count else columns.values[present]
        kept.append(present[_extremes(dense, room)])
    return columns.part(np.unique(np.concatenate(kept)))


def _extremes(values: NDArray[np.float64], room: int) -> NDArray[np.int64]:
    """Return where the least and the greatest value of each bin stand; of one bin at least."""
    from tsdownsample import MinMaxDownsampler

    bins = room // 2
    if len(values) <= room:
        return np.arange(len(values))
    if bins < 2:  # the library needs two
        return np.array([values.argmin(), values.argmax()])
    # Bins of equal width in steps, which the library has too, lose a point that is alone in one.
    chosen = MinMaxDownsampler().downsample(  # type: ignore[no-untyped-call]
        np.ascontiguousarray(values), n_out=2 * bins
    )
    return np.asarray(chosen, np.int64)


def _edges(missing: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Return the first of each stretch of `missing`, at most `most` of them, spread evenly."""
    starts = np.flatnonzero(missing & ~np.concatenate(([False], missing[:-1])))
    if len(starts) > most:
        starts = starts[np.linspace(0, len(starts) - 1, most).astype(np.int64)]
    return starts
