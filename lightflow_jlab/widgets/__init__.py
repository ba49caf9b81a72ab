"""Runs in a notebook's output: the card, the comparison, the chart. Libraries load when used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lightflow_jlab.widgets.card import card_factory

if TYPE_CHECKING:
    from lightflow_jlab.widgets.chart import MetricChart
    from lightflow_jlab.widgets.comparison import Comparison

__all__ = ["card_factory", "chart", "compare"]


def compare(runs: Any = None, metrics: Sequence[str] | None = None) -> Comparison:
    """Show runs side by side: charts overlaid, what differs between their params, metrics.

    Parameters
    ----------
    runs
        Run ids or names, runs, a DataFrame of `lf.runs()`, or a filter; the last two by default.
    metrics
        The keys to chart; by default the first eight that have more than one point.
    """
    from lightflow_jlab.tracking.reading import open_store
    from lightflow_jlab.widgets.comparison import Comparison, comparison_view

    return Comparison(comparison_view(open_store(), runs, metrics))


def chart(
    key: str,
    runs: Any = None,
    *,
    smoothing: float = 0.0,
    x: str = "step",
    log_x: bool = False,
    log_y: bool = False,
) -> MetricChart:
    """Return a metric of some runs (the last ten by default) as an Altair chart.

    Parameters
    ----------
    runs
        As for `compare`.
    smoothing
        Weight of the past in an exponential moving average, 0 up to 0.99.
    x
        `step`, `time`, `relative` (seconds since the run's start), or the key of another metric,
        such as `epoch`: each point then stands where that metric was at its step.
    """
    from lightflow_jlab.tracking.reading import open_store
    from lightflow_jlab.widgets.chart import metric_chart

    return metric_chart(open_store(), key, runs, smoothing=smoothing, x=x, log_x=log_x, log_y=log_y)
