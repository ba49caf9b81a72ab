"""Registered models: descriptions, tags, versions with their stages, aliases."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import true

from lightflow_jlab.errors import LightflowError
from lightflow_jlab.mlflow_export.identity import OWN_TAGS, VERSION_TAG, Target, tags_of
from lightflow_jlab.mlflow_export.report import ExportReport
from lightflow_jlab.mlflow_export.runs import RunTargets
from lightflow_jlab.mlflow_protocol.places import place_of_uri
from lightflow_jlab.remote.mlflow_models_api import MlflowModelsApi
from lightflow_jlab.remote.outgoing import pairs
from lightflow_jlab.store import Store, model_schema, model_versions, registered_models
from lightflow_jlab.store.model_versions import Version
from lightflow_jlab.store.registered_models import Model


class RegistryExport:
    def __init__(
        self,
        store: Store,
        api: MlflowModelsApi,
        runs: RunTargets,
        models: dict[str, Target],
        report: ExportReport,
    ) -> None:
        self._store = store
        self._api = api
        self._runs = runs
        self._models = models
        self._report = report

    def send_all(self) -> None:
        for model in self._store.ask(registered_models.find_models, true()):
            self._report.attempt(
                "registered models", repr(model.row["name"]), partial(self._send, model)
            )

    def _send(self, model: Model) -> None:
        name, description = model.row["name"], model.row["description"] or ""
        there = self._api.registered_model(name)
        if there is None:
            more = {"description": description} if description else {}
            self._api.create_registered_model(name, tags=pairs(model.tags), **more)
            there = {}
        else:
            if description and there.get("description", "") != description:
                self._api.describe_registered_model(name, description)
            known = tags_of(there.get("tags"))
            for key, value in model.tags.items():
                if known.get(key) != value:
                    self._api.set_registered_model_tag(name, key, value)
        numbers = self._send_versions(name)
        known_aliases = {one["alias"]: str(one["version"]) for one in there.get("aliases", [])}
        for alias, version in model.aliases.items():
            number = numbers.get(version)
            if number is not None and known_aliases.get(alias) != number:
                self._api.set_alias(name, alias, number)

    def _send_versions(self, name: str) -> dict[int, str]:
        """Return the server's numbers of versions by ours."""
        there = list(self._api.versions(name))
        sent = {
            identity: one
            for one in there
            if (identity := tags_of(one.get("tags")).get(VERSION_TAG))
        }
        as_taken_in = {(str(one["version"]), one.get("source", "")): one for one in there}
        column = model_schema.model_versions.c.name
        ours = self._store.ask(model_versions.find_versions, column == name)
        numbers: dict[int, str] = {}
        for version in sorted(ours, key=lambda one: int(one.row["version"])):
            row = version.row
            known = sent.get(self._identity(version)) or as_taken_in.get(
                (str(row["version"]), row["source"])
            )
            self._report.attempt(
                "versions",
                f"{name!r}, {row['version']}",
                partial(self._send_version, version, known, numbers),
            )
        return numbers

    def _send_version(
        self, version: Version, known: dict[str, Any] | None, numbers: dict[int, str]
    ) -> None:
        row, name = version.row, version.row["name"]
        tags = {key: value for key, value in version.tags.items() if key not in OWN_TAGS}
        description = row["description"] or ""
        if known is None:
            more = {"description": description} if description else {}
            number = self._api.create_version(
                name,
                tags=pairs({**tags, VERSION_TAG: self._identity(version)}),
                run_link=row["run_link"] or "",
                **self._source(version),
                **more,
            )
            self._report.new_versions += 1
            if number != str(row["version"]):
                why = f"is version {number} there: the server numbers them itself"
                self._report.leave_out("the number", f"{name!r}, {row['version']}", why)
            known = {}
        else:
            number = str(known["version"])
            if description and known.get("description", "") != description:
                self._api.describe_version(name, number, description)
            had = tags_of(known.get("tags"))
            for key, value in tags.items():
                if had.get(key) != value:
                    self._api.set_version_tag(name, number, key, value)
        if known.get("current_stage", "None") != row["stage"]:
            self._api.move_version(name, number, row["stage"])
        numbers[row["version"]] = number

    def _source(self, version: Version) -> dict[str, str]:
        """Return what a version is made of, in the server's words."""
        row = version.row
        run_id = self._runs.remote_id(row["run_id"])
        named = {"run_id": run_id} if run_id else {}
        try:
            where = place_of_uri(row["location"])
        except LightflowError:
            return {"source": row["source"], **named}
        if where.kind == "model" and where.owner in self._models:
            remote = self._models[where.owner].remote_id
            return {"source": f"models:/{remote}", "model_id": remote, **named}
        run = self._runs.target(where.owner)
        if run is None:
            return {"source": row["source"], **named}
        path = f"/{where.path}" if where.path else ""
        return {"source": run.artifact_uri + path, "run_id": run.remote_id}

    def _identity(self, version: Version) -> str:
        known = version.tags.get(VERSION_TAG)
        return known or f"{self._store.store_id}/{version.row['version']}"
