"""Reading back: what was recorded, as objects and DataFrames. Loads the store and pandas when used.

Every function first sees to it that the store holds all that this process has written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from lightflow_jlab.config.destinations import is_outbox, server_of
from lightflow_jlab.config.locations import artifact_folder, artifact_folders
from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.contract.rest import Metric, Param
from lightflow_jlab.contract.rest import Run as StoredRun
from lightflow_jlab.contract.scalars import View, decode_number
from lightflow_jlab.errors import InvalidValueError, NotFoundError, StoreError
from lightflow_jlab.tracking.fluent import current_store
from lightflow_jlab.tracking.recorder import known_recorder

if TYPE_CHECKING:
    import pandas as pd

    from lightflow_jlab.store import Store
    from lightflow_jlab.store.run_columns import RunColumns

_VIEWS: dict[int | str, View] = {1: "active", 2: "deleted", 3: "all"}


@dataclass(frozen=True)
class RunInfo:
    run_id: str
    run_name: str
    experiment_id: str
    status: str
    start_time: int
    end_time: int | None
    artifact_uri: str
    lifecycle_stage: str
    user_id: str


@dataclass(frozen=True)
class RunData:
    params: dict[str, Any]
    """Values as they were given: numbers are numbers."""
    metrics: dict[str, float]
    """The last value of each metric."""
    tags: dict[str, str]


@dataclass(frozen=True)
class Run:
    """A run as the store holds it, in MLflow's shape."""

    info: RunInfo
    data: RunData
    record: StoredRun | None = field(repr=False)
    """All that the store knows, as its server sends it; None of a run that was read from afar."""


def open_store(store: Path | None = None) -> Store:
    """Return the store, holding all that this process wrote. Blocks until it does."""
    from lightflow_jlab.importer.catch_up import catch_up

    folder = store or current_store()
    if (uri := server_of(folder)) is not None:
        raise StoreError(
            f"Runs are recorded to {uri} here. From a server, lf.runs, lf.search_runs, lf.get_run "
            "and lf.metric_history read; all else reads a store's folder: choose one by "
            "lf.set_tracking_uri."
        )
    recorder = known_recorder(folder)
    return catch_up(folder, position=recorder.position if recorder else None)


def stored_run(run_id: str, store: Path) -> StoredRun:
    return open_store(store).run(run_id)


def experiment_id_of(name: str, store: Path) -> str:
    if is_outbox(store):
        from lightflow_jlab.tracking import server_reading

        return server_reading.reader(store).experiment_id(name)
    experiment = open_store(store).experiment_by_name(name)
    if experiment is None:
        raise NotFoundError(f"There is no experiment named {name!r} in {store}.")
    return experiment.experiment_id


def experiment_name_of(experiment_id: str, store: Path) -> str:
    if is_outbox(store):
        from lightflow_jlab.tracking import server_reading

        return server_reading.reader(store).experiment_name(experiment_id)
    return open_store(store).experiment(experiment_id).name


def get_run(run_id: str) -> Run:
    """Return a run by its id. Raises `NotFoundError`."""
    folder = current_store()
    if is_outbox(folder):
        from lightflow_jlab.tracking import server_reading

        return server_reading.get_run(folder, check_run_id(run_id))
    return _as_run(stored_run(check_run_id(run_id), folder), folder)


def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = 1,
    max_results: int = 100_000,
    order_by: Sequence[str] | None = None,
    output_format: Literal["pandas", "list"] = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> Any:
    """Return runs, newest first, as a DataFrame or a list of `Run`.

    Its columns are MLflow's: `run_id`, `experiment_id`, `status`, `artifact_uri`, `start_time`,
    `end_time`, `metrics.<key>` (last values), `params.<key>` (typed), `tags.<key>`. Without
    experiments named, all experiments are searched.
    """
    if output_format not in ("pandas", "list"):
        raise InvalidValueError(f"output_format is {output_format!r}. Expected 'pandas' or 'list'.")
    if run_view_type not in _VIEWS:
        raise InvalidValueError(
            f"run_view_type is {run_view_type!r}. Expected 1 (active), 2 (deleted) or 3 (all)."
        )
    ids = list(experiment_ids) if experiment_ids is not None else None
    if experiment_names is not None and ids is not None:
        raise InvalidValueError("Give either experiment_ids or experiment_names, not both.")
    folder = current_store()
    if is_outbox(folder):
        from lightflow_jlab.tracking import server_reading

        found = server_reading.search(
            folder,
            None if search_all_experiments else ids,
            experiment_names,
            filter_string,
            list(order_by or []),
            run_view_type,
            max_results,
        )
        return found if output_format == "list" else server_reading.as_frame(found)
    store = open_store(folder)
    if experiment_names is not None:
        ids = [_named(store, name) for name in experiment_names]
    if search_all_experiments:
        ids = None
    from lightflow_jlab.store import RunQuery

    query = RunQuery(
        experiment_ids=ids,
        filter=filter_string,
        order_by=list(order_by or []),
        view=_VIEWS[run_view_type],
        limit=max_results,
    )
    if output_format == "list":
        return [_as_run(run, folder) for run in store.runs(query).runs]
    return _as_frame(store.run_columns(query), folder)


def runs(
    filter: str = "",  # noqa: A002 - the word users expect
    *,
    experiment: str | None = None,
    order_by: str | Sequence[str] | None = None,
    max_results: int = 100_000,
) -> pd.DataFrame:
    """Return runs as a DataFrame: `lf.runs("metrics.accuracy > 0.9", order_by="start_time")`."""
    order = [order_by] if isinstance(order_by, str) else order_by
    return cast(
        "pd.DataFrame",
        search_runs(
            filter_string=filter,
            order_by=order,
            max_results=max_results,
            experiment_names=[experiment] if experiment is not None else None,
        ),
    )


def metric_history(run_id: str, key: str) -> pd.DataFrame:
    """Return all points of a metric, in step order: `step`, `value`, `timestamp` (UTC)."""
    import pandas as pd

    folder = current_store()
    if is_outbox(folder):
        from lightflow_jlab.tracking import server_reading

        return server_reading.metric_history(folder, check_run_id(run_id), key)
    history = open_store(folder).history(check_run_id(run_id), key)
    return pd.DataFrame(
        {
            "step": history.steps,
            "value": history.values,
            "timestamp": pd.to_datetime(history.times, unit="ms", utc=True),
        }
    )


def _named(store: Store, name: str) -> str:
    experiment = store.experiment_by_name(name)
    if experiment is None:
        known = ", ".join(repr(one.name) for one in store.experiments())
        raise NotFoundError(f"There is no experiment named {name!r}. There are: {known}.")
    return experiment.experiment_id


def _value(param: Param) -> Any:
    if param.type == "float" and param.value is not None:
        return float(param.value)
    if param.type == "int" and param.value is not None:
        return int(param.value)
    return param.value


def _last(metric: Metric) -> float:
    return decode_number(metric.last)


def _as_run(run: StoredRun, store: Path) -> Run:
    return Run(
        RunInfo(
            run.run_id,
            run.run_name,
            run.experiment_id,
            run.status,
            run.start_time,
            run.end_time,
            str(artifact_folder(store, run.run_id)),
            run.lifecycle_stage,
            run.user_id,
        ),
        RunData(
            {param.key: _value(param) for param in run.params},
            {metric.key: _last(metric) for metric in run.metrics},
            _all_tags(run),
        ),
        run,
    )


def _all_tags(run: StoredRun) -> dict[str, str]:
    """Return the tags with the two that MLflow keeps among them."""
    tags = {**run.tags, "mlflow.runName": run.run_name}
    if run.note:
        tags["mlflow.note.content"] = run.note
    return tags


def _as_frame(found: RunColumns, store: Path) -> pd.DataFrame:
    import pandas as pd

    runs = found.attributes
    ids = runs["run_id"]
    columns: dict[str, Any] = {
        "run_id": ids,
        "experiment_id": [str(number) for number in runs["experiment_id"]],
        "status": runs["status"],
        "artifact_uri": artifact_folders(store, ids),
    }
    for name in ("start_time", "end_time"):
        times = pd.Series(runs[name], dtype="float64")
        columns[name] = pd.to_datetime(times, unit="ms", utc=True)
    for prefix, by_key in (
        ("metrics", found.metrics),
        ("params", found.params),
        ("tags", found.tags),
    ):
        columns |= {f"{prefix}.{key}": values for key, values in by_key.items()}
    return pd.DataFrame(columns)
