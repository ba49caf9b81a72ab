"""From a store to an MLflow server, asked for in Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lightflow_jlab.config.locations import store_from_uri
from lightflow_jlab.tracking.reading import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from lightflow_jlab.mlflow_export.report import ExportReport


def export_to_mlflow(
    uri: str,
    filter_string: str = "",
    *,
    store: str | Path | None = None,
    artifacts: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
) -> ExportReport:
    """Have on an MLflow server all that the store holds; again, only what is new is sent.

    Credentials are `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and
    `MLFLOW_TRACKING_PASSWORD`. Blocks until all is there.

    Parameters
    ----------
    filter_string
        Only the runs that it finds, with their experiments and models.
    store
        By default the one that runs are recorded to.
    on_progress
        Called with the number of runs that are there, and of all.

    Returns
    -------
    What was sent; `left_out` says what could not be carried.

    Raises
    ------
    StoreError
        The server doesn't answer, or doesn't know us.
    """
    from lightflow_jlab.mlflow_export.export import export_store

    opened = open_store(store_from_uri(str(store)) if store is not None else None)
    more = {} if on_progress is None else {"on_progress": on_progress}
    return export_store(opened, uri, filter_string=filter_string, with_files=artifacts, **more)
