"""Our runs on an MLflow server: made once each, found again, given what was logged, ended.

MLflow gives a run its id when it is made. Which is which is written down, and the run carries our
id as a tag: should we be killed after it was made and before that was written, it is found by it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from lightflow_jlab.contract.records import RunStart
from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.log_apart import log_apart
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_ledger import Ledger, RemoteRun, RunState
from lightflow_jlab.remote.outgoing import Item, by_kind, pairs, portions

ID_TAG = "lightflow.runId"
STATUS_TAG = "lightflow.status"
_WORST_FIRST = ("FAILED", "CRASHED", "KILLED", "FINISHED")
_SHOWN = {"CRASHED": "FAILED"}
_DEFAULT_EXPERIMENT = "Default"


class MlflowRuns:
    """The runs of one outbox. What the server refuses is counted in the ledger, once for good."""

    def __init__(self, api: MlflowApi, ledger: Ledger) -> None:
        self._api = api
        self._ledger = ledger

    # --- experiments

    def experiment_id(self, name: str) -> str:
        """Return the server's id of an experiment, made or restored if need be."""
        known = self._ledger.experiment(name)
        if known is None:
            known = self._find_experiment(name)
            self._ledger.set_experiment(name, known)
        return known

    def describe_experiment(self, name: str, tags: dict[str, str]) -> None:
        for key, value in tags.items():
            try:
                self._api.set_experiment_tag(self.experiment_id(name), key, value)
            except RefusedError as error:
                self._ledger.refuse("tags of experiments", str(error))

    def _find_experiment(self, name: str) -> str:
        found = self._api.experiment_named(name)
        if found is None:
            try:
                return self._api.create_experiment(name)
            except RefusedError as error:
                # Another client has made it since.
                if error.code != "RESOURCE_ALREADY_EXISTS":
                    raise
                found = self._api.experiment_named(name)
                if found is None:
                    raise
        if found.get("lifecycle_stage") == "deleted":
            self._api.restore_experiment(found["experiment_id"])
        return str(found["experiment_id"])

    # --- a run's life

    def start(self, record: RunStart, writer_id: str) -> None:
        """Have the run on the server, and note that a process records it."""
        run = self._ledger.run(record.run_id)
        if run is None and not self._ledger.is_lost(record.run_id):
            try:
                run = self._find(record) or self._make(record)
            except RefusedError as error:
                self._lose(record.run_id, error)
        if run is None:
            return
        states = self._ledger.writers(record.run_id)
        if states and all(state.status != "RUNNING" for state in states):
            # It goes on after all: how the earlier ones left it doesn't count any more.
            self._ledger.forget_writers(record.run_id)
            self._try("runs", lambda: self._api.update_run(run.remote_id, status="RUNNING"))
        self._ledger.set_writer(record.run_id, writer_id, RunState("RUNNING", None))

    def end(self, run_id: str, writer_id: str, state: RunState) -> None:
        """Note that a process is done with a run; end the run when all are, as the worst did."""
        run = self._ledger.run(run_id)
        self._ledger.set_writer(run_id, writer_id, state)
        states = self._ledger.writers(run_id)
        if run is None or any(one.status == "RUNNING" for one in states):
            return
        worst = next(one for one in _WORST_FIRST if one in {state.status for state in states})
        end_time = max(state.end_time or 0 for state in states)
        shown = _SHOWN.get(worst, worst)
        self._try(
            "runs", lambda: self._api.update_run(run.remote_id, status=shown, end_time=end_time)
        )

    def log(self, run_id: str, items: list[Item]) -> None:
        """Log to a run. One whose start was lost is made."""
        run = self._run_of(run_id)
        if run is None:
            if items:
                self._ledger.refuse("entries of runs that it doesn't take", "", len(items))
            return
        for portion in portions(items):
            self._log(run_id, run, portion)

    def remove_tag(self, run_id: str, key: str) -> None:
        run = self._run_of(run_id)
        if run is None:
            return
        try:
            self._api.delete_tag(run.remote_id, key)
        except RefusedError:
            # It isn't there, as it was wanted.
            return

    def put_file(self, run_id: str, path: str, file: BinaryIO, size_bytes: int) -> bool:
        """Send a file of a run; return whether the server has taken it."""
        run = self._run_of(run_id)
        return run is not None and self._try(
            "files", lambda: self._api.put_artifact(run.artifact_uri, path, file, size_bytes)
        )

    # --- private

    def _run_of(self, run_id: str) -> RemoteRun | None:
        if self._ledger.is_lost(run_id):
            return None
        return self._ledger.run(run_id) or self._recover(run_id)

    def _recover(self, run_id: str) -> RemoteRun | None:
        try:
            known = self._api.get_run(run_id)
            if known is not None:
                return self._keep(run_id, known)
            return self._make_with_tags(run_id, _DEFAULT_EXPERIMENT, {}, run_name=run_id[:8])
        except RefusedError as error:
            self._lose(run_id, error)
            return None

    def _lose(self, run_id: str, error: RefusedError) -> None:
        self._ledger.begin_run(run_id)
        self._ledger.lose_run(run_id)
        self._ledger.refuse("runs", str(error))

    def _find(self, record: RunStart) -> RemoteRun | None:
        """Return a run that is there already: resumed by its id there, or made before a kill."""
        is_new = self._ledger.begin_run(record.run_id)
        if is_new and not record.resume:
            return None
        known = self._api.get_run(record.run_id) if record.resume else None
        if known is None:
            ids = (
                [str(one["experiment_id"]) for one in self._api.experiments()]
                if record.resume
                else [self._experiment_of(record)]
            )
            query = f"tags.`{ID_TAG}` = '{record.run_id}'"
            known = next(self._api.search_runs(ids, query), None)
        return None if known is None else self._keep(record.run_id, known)

    def _make(self, record: RunStart) -> RemoteRun:
        tags = {
            "mlflow.user": record.user_id,
            "mlflow.source.name": record.source_name,
            "mlflow.source.type": record.source_type,
            "lightflow.cellId": record.cell_id,
            "mlflow.parentRunId": self._remote_id(record.parent_run_id),
            **record.tags,
        }
        return self._make_with_tags(
            record.run_id,
            record.experiment_name,
            tags,
            experiment_id=record.experiment_id,
            run_name=record.run_name,
            user_id=record.user_id,
            start_time=record.start_time,
        )

    def _make_with_tags(
        self,
        run_id: str,
        experiment: str,
        tags: dict[str, str],
        *,
        experiment_id: str | None = None,
        **more: Any,
    ) -> RemoteRun:
        self._ledger.begin_run(run_id)
        more["tags"] = pairs({**tags, ID_TAG: run_id})
        try:
            made = self._api.create_run(experiment_id or self.experiment_id(experiment), **more)
        except RefusedError:
            if experiment_id is not None:
                raise
            # The experiment was deleted since we met it.
            self._ledger.forget_experiment(experiment)
            made = self._api.create_run(self.experiment_id(experiment), **more)
        return self._keep(run_id, made)

    def _keep(self, run_id: str, found: dict[str, Any]) -> RemoteRun:
        info = found["info"]
        run = RemoteRun(info["run_id"], info.get("artifact_uri", ""))
        self._ledger.set_run(run_id, run)
        return run

    def _experiment_of(self, record: RunStart) -> str:
        return record.experiment_id or self.experiment_id(record.experiment_name)

    def _remote_id(self, run_id: str | None) -> str:
        known = self._ledger.run(run_id) if run_id else None
        return known.remote_id if known is not None else run_id or ""

    def _log(self, run_id: str, run: RemoteRun, items: list[Item]) -> None:
        """Log a portion; where it is refused, find what of it is, and log the rest."""
        try:
            self._api.log_batch(run.remote_id, **by_kind(items))
        except RefusedError as error:
            if self._takes_entries(run):
                log_apart(self._api, run.remote_id, items, error, self._refuse)
            else:
                self._ledger.lose_run(run_id)
                self._ledger.refuse("entries of runs that it doesn't take", str(error), len(items))

    def _refuse(self, item: Item, error: RefusedError) -> None:
        if not item.is_ours:
            self._ledger.refuse(item.kind, str(error))

    def _takes_entries(self, run: RemoteRun) -> bool:
        known = self._api.get_run(run.remote_id)
        return known is not None and known["info"].get("lifecycle_stage") != "deleted"

    def _try(self, what: str, call: Callable[[], None]) -> bool:
        try:
            call()
        except RefusedError as error:
            self._ledger.refuse(what, str(error))
            return False
        return True
