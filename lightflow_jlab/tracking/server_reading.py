"""Reading back from a server what was recorded to it. Params are text there, as in MLflow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightflow_jlab.remote.reading import RemoteReader
from lightflow_jlab.tracking.reading import Run, RunData, RunInfo
from lightflow_jlab.tracking.recorder import known_recorder
from lightflow_jlab.tracking.resumable import ResumableRun
from lightflow_jlab.tracking.run import Source

if TYPE_CHECKING:
    import pandas as pd

VIEWS = {1: "ACTIVE_ONLY", 2: "DELETED_ONLY", 3: "ALL"}


def reader(outbox: Path) -> RemoteReader:
    """Return a reader of the server, when that has what this process logged."""
    found = RemoteReader(outbox)
    recorder = known_recorder(outbox)
    found.await_sent(recorder.position if recorder is not None else None)
    return found


def get_run(outbox: Path, run_id: str) -> Run:
    return _as_run(reader(outbox).run(run_id))


def resumable_run(outbox: Path, run_id: str) -> ResumableRun:
    run = reader(outbox).run(run_id)
    tags = _pairs(run["data"].get("tags"))
    return ResumableRun(
        run_name=run["info"].get("run_name", ""),
        experiment_id=run["info"]["experiment_id"],
        parent_run_id=tags.get("mlflow.parentRunId"),
        source=Source(
            tags.get("mlflow.source.type", "LOCAL"),
            tags.get("mlflow.source.name", ""),
            tags.get("lightflow.cellId", ""),
        ),
        last_steps={one["key"]: int(one.get("step", 0)) for one in run["data"].get("metrics", [])},
    )


def search(
    outbox: Path,
    experiment_ids: Sequence[str] | None,
    experiment_names: Sequence[str] | None,
    query: str,
    order_by: Sequence[str],
    view: int,
    most: int,
) -> list[Run]:
    server = reader(outbox)
    if experiment_names is not None:
        experiment_ids = [server.experiment_id(name) for name in experiment_names]
    found = server.search(experiment_ids, query, order_by, VIEWS[view], most)
    return [_as_run(run) for run in found]


def as_frame(runs: Sequence[Run]) -> pd.DataFrame:
    """Return runs in the columns of `search_runs`."""
    import pandas as pd

    rows = [
        {
            "run_id": run.info.run_id,
            "experiment_id": run.info.experiment_id,
            "status": run.info.status,
            "artifact_uri": run.info.artifact_uri,
            "start_time": run.info.start_time,
            "end_time": run.info.end_time,
            **{f"metrics.{key}": value for key, value in run.data.metrics.items()},
            **{f"params.{key}": value for key, value in run.data.params.items()},
            **{f"tags.{key}": value for key, value in run.data.tags.items()},
        }
        for run in runs
    ]
    fixed = ["run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"]
    more = dict.fromkeys(name for row in rows for name in row if name not in fixed)
    frame = pd.DataFrame(rows, columns=[*fixed, *sorted(more)])
    for name in ("start_time", "end_time"):
        frame[name] = pd.to_datetime(frame[name].astype("float64"), unit="ms", utc=True)
    return frame


def metric_history(outbox: Path, run_id: str, key: str) -> pd.DataFrame:
    import pandas as pd

    points = reader(outbox).history(run_id, key)
    return pd.DataFrame(
        {
            "step": [int(point.get("step", 0)) for point in points],
            "value": [float(point["value"]) for point in points],
            "timestamp": pd.to_datetime(
                [int(point["timestamp"]) for point in points], unit="ms", utc=True
            ),
        }
    )


def _as_run(run: dict[str, Any]) -> Run:
    info, data = run["info"], run["data"]
    end_time = info.get("end_time")
    return Run(
        RunInfo(
            run_id=info["run_id"],
            run_name=info.get("run_name", ""),
            experiment_id=info["experiment_id"],
            status=info["status"],
            start_time=int(info.get("start_time", 0)),
            end_time=None if end_time is None else int(end_time),
            artifact_uri=info.get("artifact_uri", ""),
            lifecycle_stage=info.get("lifecycle_stage", "active"),
            user_id=info.get("user_id", ""),
        ),
        RunData(
            params=_pairs(data.get("params")),
            metrics={one["key"]: float(one["value"]) for one in data.get("metrics", [])},
            tags=_pairs(data.get("tags")),
        ),
        None,
    )


def _pairs(items: list[dict[str, str]] | None) -> dict[str, str]:
    return {one["key"]: one.get("value", "") for one in items or ()}
