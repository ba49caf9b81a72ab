"""MLflow, its SQLite store without a server."""

from __future__ import annotations

from collections.abc import Callable

import mlflow

from benchmarks.peers.protocol import (
    FOUND_LIMIT,
    KEY,
    RUN_NAME,
    losses,
    run_metrics,
    run_name,
    run_params,
)

BATCH = 1_000


def _open(folder: str) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")


def start(folder: str) -> Callable[[str, float, int], object]:
    _open(folder)
    mlflow.start_run(run_name=RUN_NAME)
    log: Callable[[str, float, int], object] = mlflow.log_metric
    return log


def finish() -> None:
    mlflow.end_run()


def fill_history(folder: str, count: int) -> None:
    from mlflow.entities import Metric

    _open(folder)
    client = mlflow.MlflowClient()
    run_id = client.create_run("0", run_name=RUN_NAME).info.run_id
    points = [Metric(KEY, value, step, step) for step, value in enumerate(losses(count))]
    for first in range(0, count, BATCH):
        client.log_batch(run_id, metrics=points[first : first + BATCH])


def reader(folder: str) -> Callable[[], int]:
    _open(folder)
    client = mlflow.MlflowClient()
    run_id = client.search_runs(["0"])[0].info.run_id
    return lambda: len(client.get_metric_history(run_id, KEY))


def fill_runs(folder: str, count: int) -> None:
    """Insert rows as its store would: through its API a run takes tens of milliseconds."""
    from mlflow.store.tracking.dbmodels import models as rows
    from mlflow.tracking._tracking_service.utils import _get_store

    _open(folder)
    template = mlflow.MlflowClient().create_run("0").info
    keys = [(index, f"{index:032x}") for index in range(count)]
    run = {
        "experiment_id": 0,
        "status": "FINISHED",
        "lifecycle_stage": "active",
        "source_type": "LOCAL",
        "user_id": template.user_id,
        "start_time": template.start_time,
        "artifact_uri": template.artifact_uri,
    }
    metrics = [
        {"run_uuid": key, "key": name, "value": value, "timestamp": 0, "step": 0, "is_nan": False}
        for index, key in keys
        for name, value in run_metrics(index).items()
    ]
    params = [
        {"run_uuid": key, "key": name, "value": text}
        for index, key in keys
        for name, text in run_params(index).items()
    ]
    with _get_store().ManagedSessionMaker() as session:
        session.bulk_insert_mappings(
            rows.SqlRun, [{**run, "run_uuid": key, "name": run_name(i)} for i, key in keys]
        )
        session.bulk_insert_mappings(rows.SqlMetric, metrics)
        session.bulk_insert_mappings(rows.SqlLatestMetric, metrics)
        session.bulk_insert_mappings(rows.SqlParam, params)


def searcher(folder: str) -> Callable[[], list[str]]:
    _open(folder)

    def search() -> list[str]:
        found = mlflow.search_runs(
            filter_string="metrics.metric_0 > 0.5 AND params.param_0 = '3'",
            order_by=["metrics.metric_1 DESC"],
            max_results=FOUND_LIMIT,
            output_format="list",
        )
        return [run.info.run_name for run in found]

    return search
