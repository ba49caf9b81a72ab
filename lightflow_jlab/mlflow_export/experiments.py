"""Experiments on the server, known by their names; made, or taken out of the trash, when used."""

from __future__ import annotations

from functools import partial

from lightflow_jlab.contract.rest import Experiment
from lightflow_jlab.mlflow_export.identity import tags_of
from lightflow_jlab.mlflow_export.report import ExportReport
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.store import Store
from lightflow_jlab.store.run_tags import NOTE_TAG


class Experiments:
    def __init__(self, store: Store, api: MlflowApi, report: ExportReport) -> None:
        self._api = api
        self._report = report
        self._ours = {one.experiment_id: one for one in store.experiments("all")}
        self._theirs = {one["name"]: one for one in api.experiments("ALL")}
        self._ready: dict[str, str] = {}

    def all_remote_ids(self) -> list[str]:
        return [str(one["experiment_id"]) for one in self._theirs.values()]

    def remote_id(self, experiment_id: str) -> str:
        """Return the server's id of an experiment that takes runs. Raises `RefusedError`."""
        if experiment_id not in self._ready:
            self._ready[experiment_id] = self._prepare(self._ours[experiment_id])
        return self._ready[experiment_id]

    def send_all(self) -> None:
        """Have all there that are active here, and those in the trash that it doesn't know."""
        for one in self._ours.values():
            if one.lifecycle_stage == "active" or one.name not in self._theirs:
                self._report.attempt(
                    "experiment", repr(one.name), partial(self.remote_id, one.experiment_id)
                )

    def settle(self) -> None:
        """Put those into the trash that are in ours."""
        for experiment_id, remote_id in self._ready.items():
            one = self._ours[experiment_id]
            if one.lifecycle_stage == "deleted":
                self._report.attempt(
                    "the deletion", repr(one.name), partial(self._api.delete_experiment, remote_id)
                )

    def _prepare(self, ours: Experiment) -> str:
        found = self._theirs.get(ours.name)
        if found is None:
            remote_id, known = self._api.create_experiment(ours.name), dict[str, str]()
            self._theirs[ours.name] = {"experiment_id": remote_id, "name": ours.name}
        else:
            remote_id, known = str(found["experiment_id"]), tags_of(found.get("tags"))
            if found.get("lifecycle_stage") == "deleted":
                self._api.restore_experiment(remote_id)
        wanted = {**ours.tags, NOTE_TAG: ours.description}
        for key, value in wanted.items():
            if value and known.get(key) != value:
                self._report.attempt(
                    "tags",
                    f"experiment {ours.name!r}",
                    partial(self._api.set_experiment_tag, remote_id, key, value),
                )
        return remote_id
