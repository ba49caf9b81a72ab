"""Which metric speaks for a run, and whether less of it is better, by the names of metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lightflow_jlab.contract.rest import Metric

_LOWER_IS_BETTER = re.compile(r"loss|error|(^|[/_])(mae|mse|rmse|mape|nll|perplexity)([/_]|$)")
_HIGHER_IS_BETTER = re.compile(r"acc|auc|f1|score|precision|recall|r2|bleu|iou|reward")


def is_lower_better(key: str) -> bool | None:
    """Tell the direction of a metric by its name; None where the name doesn't tell."""
    name = key.lower()
    if _LOWER_IS_BETTER.search(name):
        return True
    return False if _HIGHER_IS_BETTER.search(name) else None


def leading_metric(metrics: Iterable[Metric]) -> str | None:
    """Return the key of the first metric, by origin and name, whose direction is known.

    Validation stands before the others. None where no name tells a direction.
    """
    keys = sorted(
        (metric for metric in metrics if is_lower_better(metric.key) is not None),
        key=lambda metric: ("val" not in metric.key, metric.origin != "user", metric.key),
    )
    return keys[0].key if keys else None
