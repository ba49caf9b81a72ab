"""Which run of the server stands for which of the store: found again, or made."""

from __future__ import annotations

from functools import partial
from typing import Any

from lightflow_jlab.mlflow_export.experiments import Experiments
from lightflow_jlab.mlflow_export.identity import EXPORTED_TAG, Target, tags_of
from lightflow_jlab.mlflow_export.report import ExportReport
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_runs import ID_TAG
from lightflow_jlab.remote.outgoing import pairs
from lightflow_jlab.store.logged_runs import LoggedRun


class RunTargets:
    def __init__(self, api: MlflowApi, experiments: Experiments, report: ExportReport) -> None:
        self._api = api
        self._experiments = experiments
        self._report = report
        self._of_run: dict[str, Target] = {}
        self._by_identity = self._sent_before(experiments.all_remote_ids())

    def prepare(self, run: LoggedRun) -> bool:
        """Have a run there, maybe still empty; tell whether the server has it."""
        run_id, experiment = run.row["run_id"], str(run.row["experiment_id"])
        self._report.runs += 1
        known = self._by_identity.get(identity(run)) or self._same_id(run_id)
        if known is not None:
            self._of_run[run_id] = known
            return True
        return self._report.attempt("runs", run_id, partial(self._make, run, experiment))

    def target(self, run_id: str) -> Target | None:
        return self._of_run.get(run_id)

    def remote_id(self, run_id: str | None) -> str:
        """Return the server's id of a run, and of one that it doesn't have ours."""
        known = self._of_run.get(run_id or "")
        return known.remote_id if known is not None else run_id or ""

    def _make(self, run: LoggedRun, experiment: str) -> None:
        row = run.row
        made = self._api.create_run(
            self._experiments.remote_id(experiment),
            run_name=row["run_name"],
            user_id=row["user_id"],
            start_time=row["start_time"],
            tags=pairs({ID_TAG: identity(run)}),
        )
        self._of_run[row["run_id"]] = _target(made)._replace(is_new=True)
        self._report.new_runs += 1

    def _same_id(self, run_id: str) -> Target | None:
        """Return the run that was once taken in from this server."""
        found = self._api.get_run(run_id)
        return None if found is None else _target(found)

    def _sent_before(self, experiment_ids: list[str]) -> dict[str, Target]:
        if not experiment_ids:
            return {}
        query = f"tags.`{ID_TAG}` LIKE '%'"
        return {
            tags_of(run["data"].get("tags"))[ID_TAG]: _target(run)
            for run in self._api.search_runs(experiment_ids, query, view="ALL")
        }


def identity(run: LoggedRun) -> str:
    """Return by what a run is known everywhere: its id where it was recorded."""
    return run.tags.get(ID_TAG) or str(run.row["run_id"])


def _target(run: dict[str, Any]) -> Target:
    info = run["info"]
    return Target(
        info["run_id"],
        info.get("artifact_uri", ""),
        tags_of(run.get("data", {}).get("tags")).get(EXPORTED_TAG, ""),
        info.get("lifecycle_stage") == "deleted",
    )
