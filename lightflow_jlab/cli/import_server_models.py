"""The models of a running MLflow server: those that runs logged, and its registry."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from lightflow_jlab.cli.import_sqlite_models import model_of_source
from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.mlflow_calls import pairs
from lightflow_jlab.remote.mlflow_models_api import MlflowModelsApi
from lightflow_jlab.store.adopt_models import FoundModel, FoundRegisteredModel, FoundVersion
from lightflow_jlab.store.logged_models import ModelPoint

EXPERIMENTS_ASKED = 50
_STATUS_PREFIX = "LOGGED_MODEL_"


def logged_models(
    server: MlflowModelsApi, experiments: dict[str, str]
) -> Iterator[tuple[FoundModel, str]]:
    """Yield models with their artifact URIs; `experiments` are names by id."""
    for experiment_id, name in experiments.items():
        for model in server.logged_models([experiment_id]):
            yield _logged_model(model, name), model["info"]["artifact_uri"]


def registered_models(server: MlflowModelsApi) -> Iterator[FoundRegisteredModel]:
    for one in server.registered_models():
        yield FoundRegisteredModel(
            name=one["name"],
            description=one.get("description") or None,
            creation_time=int(one.get("creation_timestamp", 0)),
            last_update_time=int(one.get("last_updated_timestamp", 0)),
            tags=pairs(one.get("tags")),
            aliases={alias["alias"]: int(alias["version"]) for alias in one.get("aliases", [])},
            versions=sorted(
                (_version(server, version) for version in server.versions(one["name"])),
                key=lambda it: it.version,
            ),
        )


def left_out(server: MlflowModelsApi, experiment_ids: list[str]) -> list[str]:
    """Return a line for what the server keeps beside runs and models, as far as it says so."""
    lines = []
    # A server that has no such thing refuses the question.
    with contextlib.suppress(RefusedError):
        if any(
            server.has_traces(experiment_ids[start : start + EXPERIMENTS_ASKED])
            for start in range(0, len(experiment_ids), EXPERIMENTS_ASKED)
        ):
            lines.append("traces")
    with contextlib.suppress(RefusedError):
        if count := server.prompt_count():
            lines.append(f"{count} prompts")
    return lines


def _logged_model(model: Any, experiment: str) -> FoundModel:
    info, data = model["info"], model.get("data", {})
    return FoundModel(
        model_id=info["model_id"],
        experiment=experiment,
        name=info["name"],
        model_type=info.get("model_type") or None,
        source_run_id=info.get("source_run_id") or None,
        status=info["status"].removeprefix(_STATUS_PREFIX),
        status_message=info.get("status_message") or None,
        creation_time=int(info["creation_timestamp_ms"]),
        last_update_time=int(info["last_updated_timestamp_ms"]),
        params=pairs(data.get("params")),
        tags=pairs(info.get("tags")),
        points=[
            ModelPoint(
                info["model_id"],
                one["key"],
                float(one["value"]),
                int(one["timestamp"]),
                int(one.get("step", 0)),
                one["run_id"],
                one.get("dataset_name") or None,
                one.get("dataset_digest") or None,
            )
            for one in data.get("metrics", [])
        ],
    )


def _version(server: MlflowModelsApi, version: Any) -> FoundVersion:
    source = version.get("source", "")
    where = server.files_uri(version["name"], version["version"])
    return FoundVersion(
        version=int(version["version"]),
        source=source,
        location=where or source,
        run_id=version.get("run_id") or None,
        run_link=version.get("run_link") or None,
        model_id=model_of_source(source),
        description=version.get("description") or None,
        stage=version.get("current_stage") or "None",
        status=version.get("status") or "READY",
        user_id=version.get("user_id", ""),
        creation_time=int(version.get("creation_timestamp", 0)),
        last_update_time=int(version.get("last_updated_timestamp", 0)),
        tags=pairs(version.get("tags")),
    )
