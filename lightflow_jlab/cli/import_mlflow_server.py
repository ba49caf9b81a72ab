"""A running MLflow server, read through its REST protocol."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightflow_jlab.cli import import_server_models as models
from lightflow_jlab.cli.import_mlflow_sqlite import STATUSES
from lightflow_jlab.cli.import_sources import Source
from lightflow_jlab.config.destinations import server_uri
from lightflow_jlab.config.locations import make_private_folder
from lightflow_jlab.contract.limits import check_artifact_path
from lightflow_jlab.errors import LightflowError, LocationError
from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.detect import detect
from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_calls import pairs
from lightflow_jlab.remote.mlflow_models_api import MlflowModelsApi
from lightflow_jlab.remote.reading import protocol_uri
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of
from lightflow_jlab.store.adopt_models import FoundModel, FoundRegisteredModel
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.run_tags import NOTE_TAG

RUNS_PAGE = 500
SECONDS = 120.0


class MlflowServer(Source):
    def __init__(self, uri: str) -> None:
        server = detect(server_uri(uri), seconds=SECONDS)
        self.name = f"the MLflow server {server.uri}"
        # Files are of any size, and whoever runs the command sees how far it is.
        connection = Connection(
            protocol_uri(server),
            server.kind,
            SECONDS,
            whole_seconds=math.inf,
            most_bytes=sys.maxsize,
        )
        self._api, self._models_api = MlflowApi(connection), MlflowModelsApi(connection)
        self._experiments = list(self._api.experiments("ALL"))
        self._places: dict[str, str] = {}
        """The artifact URIs of runs and models that were read."""

    def experiments(self) -> Iterator[FoundExperiment]:
        for one in self._experiments:
            tags = pairs(one.get("tags"))
            note = tags.pop(NOTE_TAG, "")
            yield FoundExperiment(one["name"], note, tags, one["lifecycle_stage"] == "deleted")

    def run_count(self) -> int:
        return 0

    def runs(self) -> Iterator[FoundRun]:
        for experiment in self._experiments:
            ids = [experiment["experiment_id"]]
            for run in self._api.search_runs(ids, view="ALL", page=RUNS_PAGE):
                # A search leaves out which models a run took in.
                whole = self._api.get_run(run["info"]["run_id"]) or run
                yield self._run(whole, experiment["name"])

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        return self._fetch(f"run {run_id}", self._places[run_id], target)

    def logged_models(self) -> Iterator[FoundModel]:
        names = {one["experiment_id"]: one["name"] for one in self._experiments}
        for model, uri in models.logged_models(self._models_api, names):
            self._places[model.model_id] = uri
            yield model

    def fetch_model(self, model_id: str, target: Path) -> list[str]:
        return self._fetch(f"model {model_id}", self._places[model_id], target)

    def registered_models(self) -> Iterator[FoundRegisteredModel]:
        return models.registered_models(self._models_api)

    def left_out(self) -> list[str]:
        ids = [one["experiment_id"] for one in self._experiments]
        return models.left_out(self._models_api, ids)

    def _run(self, run: Any, experiment: str) -> FoundRun:
        info, data = run["info"], run["data"]
        self._places[info["run_id"]] = info["artifact_uri"]
        inputs, outputs = run.get("inputs", {}), run.get("outputs", {})
        return FoundRun(
            run_id=info["run_id"],
            experiment=experiment,
            name=info.get("run_name") or info["run_id"][:8],
            user=info.get("user_id", ""),
            status=STATUSES.get(info.get("status", ""), "FINISHED"),
            start_time=int(info.get("start_time", 0)),
            end_time=int(info["end_time"]) if "end_time" in info else None,
            deleted=info["lifecycle_stage"] == "deleted",
            params=pairs(data.get("params")),
            tags=pairs(data.get("tags")),
            points={
                one["key"]: self._history(info["run_id"], one["key"])
                for one in data.get("metrics", [])
            },
            datasets=[
                UsedDataset(
                    one["dataset"]["name"],
                    one["dataset"]["digest"],
                    one["dataset"]["source_type"],
                    one["dataset"]["source"],
                    one["dataset"].get("schema"),
                    one["dataset"].get("profile"),
                    pairs(one.get("tags")),
                )
                for one in inputs.get("dataset_inputs", [])
            ],
            models_in=[one["model_id"] for one in inputs.get("model_inputs", [])],
            models_out=[
                (one["model_id"], int(one.get("step", 0)))
                for one in outputs.get("model_outputs", [])
            ],
        )

    def _history(self, run_id: str, key: str) -> Columns:
        return columns_of(
            [
                (int(one.get("step", 0)), float(one["value"]), int(one["timestamp"]))
                for one in self._api.history(run_id, key)
            ]
        )

    def _fetch(self, what: str, uri: str, target: Path) -> list[str]:
        lines: list[str] = []
        try:
            self._fetch_folder(what, uri, "", target, lines)
        except RefusedError as error:
            lines.append(f"{what}: {error}")
        return lines

    def _fetch_folder(self, what: str, uri: str, path: str, target: Path, lines: list[str]) -> None:
        for one in self._api.files(uri, path):
            try:
                inner = check_artifact_path(f"{path}/{one['path']}".lstrip("/"))
            except LocationError as error:
                lines.append(f"{what}: {error}")
                continue
            if one.get("is_dir"):
                self._fetch_folder(what, uri, inner, target, lines)
                continue
            file = target / inner
            if file.exists() and file.stat().st_size == int(one.get("file_size", 0)):
                continue
            try:
                self._fetch_file(uri, inner, file)
            except LightflowError as error:
                lines.append(f"{what}: {error}")

    def _fetch_file(self, uri: str, path: str, file: Path) -> None:
        """Fetch a file; it stands there when it is whole."""
        make_private_folder(file.parent)
        part = file.with_name(f".{file.name[:200]}.part")
        with part.open("wb") as out:
            self._api.get_artifact(uri, path, out)
        part.chmod(0o600)
        part.replace(file)
