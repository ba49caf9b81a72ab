"""A portion that an MLflow server refused: what of it is good is logged, the rest is told of."""

from __future__ import annotations

from collections.abc import Callable

from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.outgoing import Item, by_kind


def log_apart(
    api: MlflowApi,
    run_id: str,
    items: list[Item],
    error: RefusedError,
    refused: Callable[[Item, RefusedError], None],
) -> None:
    """Log items that were refused together with `error`, half by half; `run_id` is the server's."""
    if len(items) == 1:
        refused(items[0], error)
        return
    middle = len(items) // 2
    for half in (items[:middle], items[middle:]):
        try:
            api.log_batch(run_id, **by_kind(half))
        except RefusedError as why:
            log_apart(api, run_id, half, why, refused)
