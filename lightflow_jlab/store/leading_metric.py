"""Which metric speaks for a run, and whether less of it is better, by the names of metrics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lightflow_jlab.contract.rest import Metric
from lightflow_jlab.contract.scalars import Origin

_LOWER_IS_BETTER = re.compile(r"loss|error|(^|[/_])(mae|mse|rmse|mape|nll|perplexity)([/_]|$)")
_HIGHER_IS_BETTER = re.compile(r"acc|auc|f1|score|precision|recall|r2|bleu|iou|reward")


def is_lower_better(key: str) -> bool | None:
    """Tell the direction of a metric by its name; None where the name doesn't tell."""
    name = key.lower()
    if _LOWER_IS_BETTER.search(name):
        return True
    return False if _HIGHER_IS_BETTER.search(name) else None


def leading_metric(metrics: Iterable[Metric]) -> str | None:
    """Return the key of the metric that speaks for a run, as `leading_key` chooses it."""
    return leading_key({metric.key: metric.origin for metric in metrics})


def leading_key(origins: Mapping[str, Origin]) -> str | None:
    """Return the first key, by origin and name, whose direction is known.

    Validation stands before the others. None where no name tells a direction.
    """
    keys = sorted(
        (key for key in origins if is_lower_better(key) is not None),
        key=lambda key: ("val" not in key, origins[key] != "user", key),
    )
    return keys[0] if keys else None
