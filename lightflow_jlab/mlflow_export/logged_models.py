"""Models that runs logged, with their files and what they scored."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from lightflow_jlab.mlflow_export.experiments import Experiments
from lightflow_jlab.mlflow_export.files import FilesThere
from lightflow_jlab.mlflow_export.identity import (
    EXPORTED_TAG,
    MODEL_TAG,
    OWN_TAGS,
    Target,
    tags_of,
)
from lightflow_jlab.mlflow_export.report import ExportReport
from lightflow_jlab.mlflow_export.runs import RunTargets
from lightflow_jlab.mlflow_protocol import files
from lightflow_jlab.mlflow_protocol.places import Place
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_models_api import MlflowModelsApi
from lightflow_jlab.remote.outgoing import metric, pairs
from lightflow_jlab.store import Store, model_schema
from lightflow_jlab.store import logged_models as kept
from lightflow_jlab.store.artifact_files import open_inside
from lightflow_jlab.store.logged_models import LoggedModel, ModelPoint

STATUS_PREFIX = "LOGGED_MODEL_"
_SERVERS_OWN = "mlflow.modelVersions"
"""The server writes this tag itself when a version is made of a model."""
_POINTS_AT_ONCE = 500


class ModelExport:
    def __init__(
        self,
        store: Store,
        api: MlflowApi,
        models_api: MlflowModelsApi,
        experiments: Experiments,
        runs: RunTargets,
        report: ExportReport,
    ) -> None:
        self._store = store
        self._api = api
        self._models_api = models_api
        self._experiments = experiments
        self._runs = runs
        self._report = report
        self._messages: dict[str, dict[str, Any]] = {}
        self.targets: dict[str, Target] = {}
        """By our ids: what stands for a model on the server."""

    def prepare(self, models: list[LoggedModel]) -> None:
        """Have models there, maybe without files."""
        ids = self._experiments.all_remote_ids()
        for message in self._models_api.logged_models(ids) if ids and models else ():
            tags = tags_of(message["info"].get("tags"))
            self._messages[tags.get(MODEL_TAG) or message["info"]["model_id"]] = message
        for model in models:
            model_id = model.row["model_id"]
            known = self._messages.get(_identity(model))
            if known is not None:
                self.targets[model_id] = _target(known)
            else:
                self._report.attempt("models", model_id, partial(self._make, model))

    def send(self, models: list[LoggedModel], *, with_files: bool) -> None:
        """Send files and scores of models whose runs are there."""
        for model in models:
            target = self.targets.get(model.row["model_id"])
            mark = f"{self._store.store_id}:{model.row['seq']}"
            if target is None or target.mark == mark:
                continue
            which = f"model {model.row['model_id']}"
            if with_files:
                there = FilesThere(self._api, target, which, self._report)
                self._send_files(Place("model", model.row["model_id"], ""), there)
            self._send_points(model, target, which)
            known = self._messages.get(_identity(model), {}).get("info", {})
            status = STATUS_PREFIX + model.row["status"]
            if known.get("status", f"{STATUS_PREFIX}PENDING") != status:
                self._report.attempt(
                    "status",
                    which,
                    partial(self._models_api.finish_logged_model, target.remote_id, status),
                )
            tags = _tags(model)
            had = tags_of(known.get("tags"))
            changed = {key: value for key, value in tags.items() if had.get(key) != value}
            if with_files:
                changed[EXPORTED_TAG] = mark
            self._report.attempt(
                "tags",
                which,
                partial(self._models_api.set_logged_model_tags, target.remote_id, pairs(changed)),
            )

    def _make(self, model: LoggedModel) -> None:
        row = model.row
        made = self._models_api.create_logged_model(
            self._experiments.remote_id(str(row["experiment_id"])),
            name=row["name"],
            model_type=row["model_type"] or "",
            source_run_id=self._runs.remote_id(row["source_run_id"]),
            params=[{"key": key, "value": value} for key, value in model.params.items()],
            tags=pairs({**_tags(model), MODEL_TAG: _identity(model)}),
        )
        self.targets[row["model_id"]] = _target(made)._replace(is_new=True)
        self._report.new_models += 1

    def _send_files(self, where: Place, there: FilesThere) -> None:
        store = self._store
        prefix = f"{where.path}/" if where.path else ""
        for one in files.list_files(store, where):
            inner = where._replace(path=prefix + one.path)
            if one.is_dir:
                self._send_files(inner, there)
                continue
            there.send(
                inner.path,
                partial(open_inside, store.folder, inner.folder(store.folder), inner.path),
            )

    def _send_points(self, model: LoggedModel, target: Target, which: str) -> None:
        known = {
            (one["key"], one.get("run_id", ""), int(one["timestamp"]), int(one.get("step", 0)))
            for one in self._messages.get(_identity(model), {}).get("data", {}).get("metrics", [])
        }
        by_run: dict[str, list[dict[str, Any]]] = {}
        for point in model.points:
            remote_run = self._runs.remote_id(point.run_id)
            if (point.key, remote_run, point.time, point.step) not in known:
                by_run.setdefault(remote_run, []).append(_message(point, target.remote_id))
        for remote_run, points in by_run.items():
            for start in range(0, len(points), _POINTS_AT_ONCE):
                some = points[start : start + _POINTS_AT_ONCE]
                self._report.attempt(
                    "scores",
                    which,
                    partial(self._api.log_batch, remote_run, metrics=some),
                )


def logged_models_of(store: Store) -> list[LoggedModel]:
    """Return all that are not in the trash, the oldest first."""
    return store.ask(_all)


def _all(connection: Connection) -> list[LoggedModel]:
    table = model_schema.logged_models
    query = (
        select(table)
        .where(table.c.lifecycle_stage != "deleted")
        .order_by(table.c.creation_time, table.c.model_id)
    )
    return kept.assemble(connection, connection.execute(query).mappings().all())


def _identity(model: LoggedModel) -> str:
    return model.tags.get(MODEL_TAG) or str(model.row["model_id"])


def _tags(model: LoggedModel) -> dict[str, str]:
    left_out = {*OWN_TAGS, _SERVERS_OWN}
    return {key: value for key, value in model.tags.items() if key not in left_out}


def _target(message: dict[str, Any]) -> Target:
    info = message["info"]
    mark = tags_of(info.get("tags")).get(EXPORTED_TAG, "")
    return Target(info["model_id"], info.get("artifact_uri", ""), mark)


def _message(point: ModelPoint, remote_model: str) -> dict[str, Any]:
    value = float("nan") if point.value is None else point.value
    found = metric(point.key, value, point.time, point.step).content
    found["model_id"] = remote_model
    if point.dataset_name:
        found |= {"dataset_name": point.dataset_name, "dataset_digest": point.dataset_digest or ""}
    return found
