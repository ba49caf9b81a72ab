"""Stories that MLflow's own client tells, call by call: whatever it returns is compared."""

from __future__ import annotations

import io
import json
import math
import tempfile
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import mlflow
import numpy
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.data.pandas_dataset import from_pandas
from mlflow.entities import (
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    RunTag,
    ViewType,
)
from mlflow.entities._mlflow_object import _MlflowObject
from mlflow.exceptions import MlflowException
from pandas import DataFrame
from requests import HTTPError

NAME = "by its client"


class Teller:
    """Makes calls of a client or of the module `mlflow`, and remembers what each gave."""

    def __init__(self, told: list[Any], client: Any) -> None:
        self.told = told
        self._client = client

    def tell(self, what: Any) -> None:
        self.told.append(plain(what))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            try:
                answer = getattr(self._client, name)(*given, **more)
            except MlflowException as error:
                self.tell({name: error.error_code})
                return None
            except HTTPError as error:
                # Of files: the client passes it on as it came.
                self.tell({name: error.response.status_code})
                return None
            self.tell({name: {"experiment_id": answer} if name == "create_experiment" else answer})
            return answer

        return call


def plain(value: Any) -> Any:
    """Return what a client gave as lists and dictionaries."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, DataFrame):
        return plain(json.loads(value.to_json(orient="records", date_unit="ms")))
    items = list(value)
    # Entities are their fields; the rest are lists of the protocol's.
    is_entity = isinstance(value, _MlflowObject)
    return {key: plain(one) for key, one in items} if is_entity else plain(items)


def experiments(client: Any) -> None:
    number = client.create_experiment(NAME, tags={"team": "vision", "area": "digits"})
    client.create_experiment(NAME)
    client.get_experiment(number)
    client.get_experiment("987654")
    client.get_experiment_by_name(NAME)
    client.get_experiment_by_name("nobody's")
    client.set_experiment_tag(number, "team", "sound")
    client.delete_experiment_tag(number, "area")
    client.rename_experiment(number, f"{NAME}, renamed")
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        client.search_experiments(view, filter_string=f"name LIKE '{NAME}%'", order_by=["name"])
    client.delete_experiment(number)
    client.delete_experiment(number)
    client.restore_experiment(number)


def runs(client: Any) -> None:
    number = client.create_experiment(f"{NAME}: runs")
    parent = client.create_run(number, 1_000, {"team": "vision"}, "parent").info.run_id
    tags = {"mlflow.parentRunId": parent}
    child = client.create_run(number, 2_000, tags, "child").info.run_id
    client.get_parent_run(child)
    client.get_parent_run(parent)
    for step, value in ((0, 1.5), (1, math.nan), (2, math.inf), (2, math.inf), (1, -0.5)):
        client.log_metric(parent, "loss", value, timestamp=5, step=step)
    client.log_metric(parent, "a/b c", 1, timestamp=5)
    client.log_metric(parent, "no@key", 1)
    client.log_param(parent, "lr", 0.1)
    client.log_param(parent, "lr", 0.2)
    client.set_tag(parent, "k", 5)
    client.delete_tag(parent, "team")
    client.delete_tag(parent, "team")
    client.log_batch(
        child,
        [Metric("loss", step / 4, 5, step) for step in range(30)],
        [Param("net", "mlp"), Param("lr", "1e-3")],
        [RunTag("k", "v")],
    )
    client.get_metric_history(parent, "loss")
    client.get_metric_history(child, "loss")
    client.get_metric_history(child, "nothing")
    client.update_run(child, "FAILED", "renamed")
    client.set_terminated(parent, "KILLED", 9_000)
    client.get_run(parent)
    client.get_run("0" * 32)
    first = client.search_runs([number], order_by=["start_time"], max_results=1)
    client.search_runs([number], order_by=["start_time"], max_results=1, page_token=first.token)
    client.search_runs([number], "metrics.loss < 1 AND params.net LIKE 'm%'")
    client.search_runs([number], "not a filter")
    client.delete_run(child)
    client.search_runs([number], run_view_type=ViewType.DELETED_ONLY)
    client.restore_run(child)
    client.get_run(child)


def files(client: Any) -> None:
    number = client.create_experiment(f"{NAME}: files")
    run = client.create_run(number, 1_000, run_name="files").info.run_id
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder, "there")
        (there / "dé ep").mkdir(parents=True)
        (there / "one.txt").write_text("one")
        (there / "dé ep" / "zwölf.txt").write_text("twelve")
        client.log_artifact(run, str(there / "one.txt"), "alone")
        client.log_artifacts(run, str(there), "all of it")
        client.log_text(run, "hello", "notes/hello.txt")
        client.log_dict(run, {"a": [1]}, "config.yaml")
        client.log_image(run, numpy.zeros((4, 4, 3), numpy.uint8), "black.png")
        client.log_figure(run, Figure(), "figure.png")
        client.log_stream(run, io.BytesIO(b"flows"), "stream.bin")
        client.log_table(run, {"x": [1, 2]}, "table.json")
        client.log_table(run, {"x": [3]}, "table.json")
        client.load_table(number, "table.json", [run], ["run_id"])
        for path in (None, "all of it", "all of it/dé ep", "nothing", "../up"):
            client.list_artifacts(run, path)
        back = Path(folder, "back")
        back.mkdir()
        raw = MlflowClient(mlflow.get_tracking_uri())
        raw.download_artifacts(run, "", str(back))
        texts = sorted(file for file in back.rglob("*") if file.suffix in (".txt", ".yaml"))
        client.tell({file.relative_to(back).as_posix(): file.read_text() for file in texts})
        client.download_artifacts(run, "nothing.txt", str(back))


def inputs_and_models(client: Any) -> None:
    number = client.create_experiment(f"{NAME}: models")
    run = client.create_run(number, 1_000, run_name="trains").info.run_id
    digits = from_pandas(DataFrame({"x": [1.5]}), name="digits")
    used = DatasetInput(digits._to_mlflow_entity(), [InputTag("mlflow.data.context", "training")])
    made = client.create_logged_model(number, "net", run, {"a": "b"}, {"depth": "3"}, "classifier")
    model = made.model_id
    client.log_inputs(run, [used], [LoggedModelInput(model)])
    client.log_outputs(run, [LoggedModelOutput(model, 2)])
    client.log_metric(run, "acc", 0.5, 7, 1, None, digits.name, digits.digest, model)
    client.log_model_params(model, {"width": "4"})
    client.set_logged_model_tags(model, {"c": 5})
    client.delete_logged_model_tag(model, "a")
    client.delete_logged_model_tag(model, "nothing")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "MLmodel").write_text("flavors: {}")
        client.log_model_artifacts(model, folder)
        client.log_model_artifact(model, str(Path(folder, "MLmodel")), "again")
    for path in (None, "again", "nothing"):
        client.list_logged_model_artifacts(model, path)
    client.finalize_logged_model(model, "READY")
    client.get_logged_model(model)
    client.get_run(run)
    other = client.create_logged_model(number, "other").model_id
    by_name = [{"field_name": "name", "ascending": True}]
    client.search_logged_models([number], order_by=by_name)
    client.search_logged_models([number], "metrics.acc > 0.4", max_results=1)
    client.search_logged_models([number], "params.depth = '3' AND name LIKE 'n%'")
    client.delete_logged_model(other)
    client.get_logged_model(other)


def registry(client: Any) -> None:
    number = client.create_experiment(f"{NAME}: registry")
    run = client.create_run(number, 1_000, run_name="trains").info.run_id
    model = client.create_logged_model(number, "net", run).model_id
    client.create_registered_model(NAME, {"team": "vision"}, "# A net")
    client.create_registered_model(NAME)
    source = f"models:/{model}"
    client.create_model_version(NAME, source, run, {"k": "v"}, None, "first", 1, model)
    client.create_model_version(NAME, f"runs:/{run}/model", run, await_creation_for=1)
    client.create_model_version("nobody's", source, await_creation_for=1)
    client.set_registered_model_tag(NAME, "k", 5)
    client.delete_registered_model_tag(NAME, "team")
    client.set_registered_model_alias(NAME, "best", "1")
    client.set_registered_model_alias(NAME, "v2", "1")
    client.get_model_version_by_alias(NAME, "best")
    client.get_model_version_by_alias(NAME, "nothing")
    client.set_model_version_tag(NAME, "2", "a", "b")
    client.delete_model_version_tag(NAME, "1", "k")
    client.update_model_version(NAME, "2", "second")
    client.update_registered_model(NAME, "# Another")
    for version in ("1", "2"):
        client.transition_model_version_stage(NAME, version, "Production", version == "2")
    client.transition_model_version_stage(NAME, "1", "Sleeping")
    client.get_latest_versions(NAME)
    client.get_latest_versions(NAME, ["Archived"])
    client.get_model_version_stages(NAME, "1")
    client.get_model_version(NAME, "1")
    client.get_model_version(NAME, "9")
    client.get_model_version_download_uri(NAME, "2")
    client.copy_model_version(f"models:/{NAME}@best", f"{NAME}, copied")
    client.get_registered_model(NAME)
    client.search_registered_models(f"name LIKE '{NAME}%'", order_by=["name ASC"])
    found = client.search_model_versions(f"name = '{NAME}'", 1, ["version_number DESC"])
    client.search_model_versions(f"name = '{NAME}'", 1, ["version_number DESC"], found.token)
    client.search_model_versions(f"run_id = '{run}'", order_by=["name ASC"])
    client.delete_registered_model_alias(NAME, "best")
    client.delete_model_version(NAME, "1")
    client.rename_registered_model(NAME, f"{NAME}, renamed")
    client.delete_registered_model(f"{NAME}, renamed")
    client.get_registered_model(f"{NAME}, renamed")


def fluently(client: Any) -> None:
    """The functions of the module, which keep the run that is active."""
    told = Teller(client.told, mlflow)
    told.set_experiment(f"{NAME}: fluent")
    told.set_experiment_tags({"team": "vision"})
    told.delete_experiment_tag("team")
    with mlflow.start_run(run_name="fluent", description="# Note", tags={"k": "v"}) as run:
        told.log_params({"lr": 0.1, "net": "mlp"})
        for step in range(5):
            told.log_metrics({"loss": 1 / (step + 1), "odd": math.nan}, step=step, timestamp=5)
        told.set_tags({"a": 1, "b": "c"})
        told.delete_tag("a")
        told.log_text("hello", "notes/hello.txt")
        told.log_dict({"a": 1}, "config.json")
        told.log_table({"x": [1]}, "table.json")
        told.load_table("table.json", [run.info.run_id])
        told.log_input(from_pandas(DataFrame({"x": [1]}), name="digits"), "training")
        model = told.initialize_logged_model("net", params={"depth": "3"})
        told.log_model_params({"width": "4"}, model.model_id)
        told.finalize_logged_model(model.model_id, "READY")
        told.get_artifact_uri("notes")
        with mlflow.start_run(run_name="inner", nested=True) as inner:
            told.log_metric("loss", 3.5, timestamp=5)
        told.get_parent_run(inner.info.run_id)
    told.get_run(run.info.run_id)
    told.search_experiments(filter_string=f"name LIKE '{NAME}: fl%'")
    told.search_runs(
        experiment_names=[f"{NAME}: fluent"], filter_string="metrics.loss < 1", output_format="list"
    )
    told.search_runs(experiment_names=[f"{NAME}: fluent"], order_by=["metrics.loss"])
    told.register_model(f"models:/{model.model_id}", f"{NAME}, fluent")
    told.search_model_versions(filter_string=f"name = '{NAME}, fluent'")
    told.search_registered_models(filter_string=f"name LIKE '{NAME}, fl%'")
    told.delete_run(inner.info.run_id)
    told.delete_experiment(run.info.experiment_id)


STORIES = [experiments, runs, files, inputs_and_models, registry, fluently]
