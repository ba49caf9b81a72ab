"""The whole of an export, in its order: what others name comes before them."""

from __future__ import annotations

from collections.abc import Callable

from lightflow_jlab.mlflow_export.experiments import Experiments
from lightflow_jlab.mlflow_export.logged_models import ModelExport, logged_models_of
from lightflow_jlab.mlflow_export.registry import RegistryExport
from lightflow_jlab.mlflow_export.report import ExportReport
from lightflow_jlab.mlflow_export.run_content import RunContents
from lightflow_jlab.mlflow_export.runs import RunTargets
from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.detect import detect
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_models_api import MlflowModelsApi
from lightflow_jlab.remote.reading import protocol_uri
from lightflow_jlab.store import RunQuery, Store
from lightflow_jlab.store.logged_runs import logged_run

_MOST_RUNS = 1_000_000
_REQUEST_SECONDS = 120.0


def export_store(
    store: Store,
    uri: str,
    *,
    filter_string: str = "",
    with_files: bool = True,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> ExportReport:
    """Have on an MLflow server what a store holds. Blocks; what is there already stays.

    Parameters
    ----------
    filter_string
        Only the runs that it finds, their experiments and models; the registry is left alone.
    on_progress
        Called with the runs that are there, and how many there are in all.

    Raises
    ------
    UnreachableError
        The server doesn't answer, or doesn't know us. Doing it again goes on from there.
    """
    server = detect(uri, seconds=_REQUEST_SECONDS)
    connection = Connection(protocol_uri(server), server.kind, _REQUEST_SECONDS)
    api, models_api = MlflowApi(connection), MlflowModelsApi(connection)
    report = ExportReport(server.uri)
    query = RunQuery(
        filter=filter_string, view="all", order_by=["start_time ASC"], limit=_MOST_RUNS
    )
    run_ids = store.run_ids(query).run_ids
    experiments = Experiments(store, api, report)
    if not filter_string:
        experiments.send_all()
    runs = RunTargets(api, experiments, report)
    there = [run_id for run_id in run_ids if runs.prepare(store.ask(logged_run, run_id))]
    chosen = set(there)
    models = [
        one
        for one in logged_models_of(store)
        if not filter_string or one.row["source_run_id"] in chosen
    ]
    model_export = ModelExport(store, api, models_api, experiments, runs, report)
    model_export.prepare(models)
    contents = RunContents(store, api, runs, model_export.targets, report, with_files=with_files)
    for done, run_id in enumerate(there, start=1):
        target = runs.target(run_id)
        assert target is not None
        contents.send(store.ask(logged_run, run_id), target)
        on_progress(done, len(there))
    model_export.send(models, with_files=with_files)
    if not filter_string:
        RegistryExport(store, models_api, runs, model_export.targets, report).send_all()
    contents.delete_what_is_deleted()
    experiments.settle()
    return report
