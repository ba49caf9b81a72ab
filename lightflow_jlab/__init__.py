"""Experiment tracking inside JupyterLab: `%%track` a cell, watch it live, compare runs.

Everything loads when it is first used: the import itself costs the standard library and msgspec.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec as _msgspec  # noqa: F401 - the one library of the writing path, loaded once here

if TYPE_CHECKING:
    from lightflow_jlab._version import __version__
    from lightflow_jlab.config.notices import LightflowWarning
    from lightflow_jlab.errors import (
        ConflictError,
        InvalidTypeError,
        InvalidValueError,
        LightflowError,
        LocationError,
        NotFoundError,
        StoreError,
        StoreTooNewError,
    )
    from lightflow_jlab.notebook.reproducing import reproduce, write_reproduction
    from lightflow_jlab.tracking.changes import changed
    from lightflow_jlab.tracking.executed import ledger
    from lightflow_jlab.tracking.exporting import export_to_mlflow
    from lightflow_jlab.tracking.fluent import (
        active_run,
        delete_tag,
        end_run,
        flush,
        get_tracking_uri,
        last_active_run,
        log,
        log_artifact,
        log_artifacts,
        log_dict,
        log_figure,
        log_image,
        log_input,
        log_metric,
        log_metrics,
        log_param,
        log_params,
        log_table,
        log_text,
        set_experiment,
        set_tag,
        set_tags,
        set_tracking_uri,
        start_run,
    )
    from lightflow_jlab.tracking.reading import get_run, metric_history, runs, search_runs
    from lightflow_jlab.tracking.run import ActiveRun
    from lightflow_jlab.tracking.track import track
    from lightflow_jlab.widgets import chart, compare

_HOMES = {
    "lightflow_jlab._version": ("__version__",),
    "lightflow_jlab.config.notices": ("LightflowWarning",),
    "lightflow_jlab.errors": (
        "ConflictError",
        "InvalidTypeError",
        "InvalidValueError",
        "LightflowError",
        "LocationError",
        "NotFoundError",
        "StoreError",
        "StoreTooNewError",
    ),
    "lightflow_jlab.notebook.extension": ("load_ipython_extension", "unload_ipython_extension"),
    "lightflow_jlab.notebook.reproducing": ("reproduce", "write_reproduction"),
    "lightflow_jlab.server": ("_jupyter_server_extension_points",),
    "lightflow_jlab.tracking.changes": ("changed",),
    "lightflow_jlab.tracking.executed": ("ledger",),
    "lightflow_jlab.tracking.exporting": ("export_to_mlflow",),
    "lightflow_jlab.tracking.fluent": (
        "active_run",
        "delete_tag",
        "end_run",
        "flush",
        "get_tracking_uri",
        "last_active_run",
        "log",
        "log_artifact",
        "log_artifacts",
        "log_dict",
        "log_figure",
        "log_image",
        "log_input",
        "log_metric",
        "log_metrics",
        "log_param",
        "log_params",
        "log_table",
        "log_text",
        "set_experiment",
        "set_tag",
        "set_tags",
        "set_tracking_uri",
        "start_run",
    ),
    "lightflow_jlab.tracking.reading": ("get_run", "metric_history", "runs", "search_runs"),
    "lightflow_jlab.tracking.run": ("ActiveRun",),
    "lightflow_jlab.tracking.track": ("track",),
    "lightflow_jlab.widgets": ("card_factory", "chart", "compare"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "ActiveRun",
    "ConflictError",
    "InvalidTypeError",
    "InvalidValueError",
    "LightflowError",
    "LightflowWarning",
    "LocationError",
    "NotFoundError",
    "StoreError",
    "StoreTooNewError",
    "__version__",
    "active_run",
    "changed",
    "chart",
    "compare",
    "delete_tag",
    "end_run",
    "export_to_mlflow",
    "flush",
    "get_run",
    "get_tracking_uri",
    "last_active_run",
    "ledger",
    "log",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_input",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "log_table",
    "log_text",
    "metric_history",
    "reproduce",
    "runs",
    "search_runs",
    "set_experiment",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
    "track",
    "write_reproduction",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "lightflow-jlab"}]


def _load_in_ipython() -> None:
    """Offer `%%track` at once where the import stands in a notebook or an IPython shell."""
    if "IPython" not in sys.modules:
        return
    shell = sys.modules["IPython"].get_ipython()
    if shell is not None:
        import_module("lightflow_jlab.notebook.extension").load_ipython_extension(shell)


_load_in_ipython()
