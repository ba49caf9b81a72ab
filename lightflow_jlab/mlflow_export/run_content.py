"""What a run holds, to the run that stands for it on the server."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from lightflow_jlab.contract.limits import MAX_PARAM_VALUE_LENGTH, MAX_TAG_VALUE_LENGTH
from lightflow_jlab.mlflow_export.files import FilesThere
from lightflow_jlab.mlflow_export.identity import (
    EXPORTED_TAG,
    OWN_TAGS,
    Target,
    tags_of,
)
from lightflow_jlab.mlflow_export.report import ExportReport
from lightflow_jlab.mlflow_export.runs import RunTargets
from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.log_apart import log_apart
from lightflow_jlab.remote.mlflow_api import MlflowApi
from lightflow_jlab.remote.mlflow_runs import STATUS_TAG
from lightflow_jlab.remote.outgoing import (
    Item,
    by_kind,
    document_path,
    metric,
    pairs,
    portions,
    tag,
)
from lightflow_jlab.store import Store, contents
from lightflow_jlab.store.adopt import columns_of
from lightflow_jlab.store.artifact_files import open_artifact
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.logged_runs import LoggedRun
from lightflow_jlab.store.recording import distinct, in_order
from lightflow_jlab.store.run_tags import NAME_TAG, PARENT_TAG

SLICE = 10_000
"""Points that are made into words at a time."""
GREATEST = 1.7976931348623157e308
"""What MLflow keeps for infinity, its sign kept."""
_MAX_FILES = 1_000_000
_SHOWN = {"CRASHED": "FAILED", "STALLED": "RUNNING"}


class RunContents:
    def __init__(
        self,
        store: Store,
        api: MlflowApi,
        targets: RunTargets,
        models: dict[str, Target],
        report: ExportReport,
        *,
        with_files: bool,
    ) -> None:
        self._store = store
        self._api = api
        self._targets = targets
        self._models = models
        self._report = report
        self._with_files = with_files
        self._to_delete: list[tuple[str, str]] = []

    def send(self, run: LoggedRun, target: Target) -> None:
        """Have all there that the run holds. Raises `UnreachableError`."""
        mark = f"{self._store.store_id}:{run.row['seq']}"
        is_deleted = run.row["lifecycle_stage"] == "deleted"
        if target.mark == mark and target.is_deleted == is_deleted:
            self._report.unchanged_runs += 1
            return
        there = {} if target.is_new else self._api.get_run(target.remote_id) or {}
        which = f"run {run.row['run_id']}"
        if target.is_deleted:
            self._api.restore_run(target.remote_id)
        self._log(target, which, [*self._params(run, there), *self._tags(run, there)])
        for last in run.metrics:
            self._send_points(run.row["run_id"], last.key, target, there)
        self._send_inputs(run, target, there)
        if self._with_files:
            self._send_files(run.row["run_id"], FilesThere(self._api, target, which, self._report))
        self._send_state(run, target, there.get("info", {}))
        if self._with_files:
            self._log(target, which, [tag(EXPORTED_TAG, mark)])
        if is_deleted:
            self._to_delete.append((which, target.remote_id))

    def delete_what_is_deleted(self) -> None:
        """Put runs into the trash there that are in ours; nothing more can be sent to them."""
        for which, remote_id in self._to_delete:
            self._report.attempt("the deletion", which, partial(self._api.delete_run, remote_id))

    # --- params, tags, points

    def _params(self, run: LoggedRun, there: dict[str, Any]) -> Iterator[Item]:
        known = tags_of(there.get("data", {}).get("params"))
        for key, text in run.params.items():
            if len(text) > MAX_PARAM_VALUE_LENGTH:
                self._tell_cut("params", run, MAX_PARAM_VALUE_LENGTH)
            if known.get(key) != text[:MAX_PARAM_VALUE_LENGTH]:
                yield Item("params", {"key": key, "value": text})

    def _tags(self, run: LoggedRun, there: dict[str, Any]) -> Iterator[Item]:
        row, known = run.row, tags_of(there.get("data", {}).get("tags"))
        wanted = {key: value for key, value in run.tags.items() if key not in OWN_TAGS}
        wanted.pop(NAME_TAG, None)
        if parent := row["parent_run_id"]:
            wanted[PARENT_TAG] = self._targets.remote_id(parent)
        if row["status"] == "CRASHED":
            wanted[STATUS_TAG] = "CRASHED"
        wanted |= {
            "lightflow.errorType": row["error_type"] or "",
            "lightflow.errorMessage": row["error_message"] or "",
            "lightflow.dropped": str(row["dropped"] or ""),
        }
        for key, value in wanted.items():
            if len(value) > MAX_TAG_VALUE_LENGTH:
                self._tell_cut("tags", run, MAX_TAG_VALUE_LENGTH)
            if value and known.get(key) != value[:MAX_TAG_VALUE_LENGTH]:
                yield tag(key, value)

    def _tell_cut(self, kind: str, run: LoggedRun, limit: int) -> None:
        which = f"run {run.row['run_id']}"
        self._report.leave_out(kind, which, f"MLflow keeps {limit:,} characters of a text")

    def _send_points(self, run_id: str, key: str, target: Target, there: dict[str, Any]) -> None:
        which = f"{key!r} of run {run_id}"
        points = self._as_kept(Columns(*self._store.history(run_id, key)), which)
        if key in {one["key"] for one in there.get("data", {}).get("metrics", [])}:
            points = distinct(points, self._points_there(target.remote_id, key))
        for start in range(0, len(points.steps), SLICE):
            some = points.part(slice(start, start + SLICE))
            columns = (column.tolist() for column in (some.steps, some.values, some.times))
            items = [
                metric(key, value, time, step) for step, value, time in zip(*columns, strict=True)
            ]
            self._log(target, which, items)
        self._report.points += len(points.steps)

    def _as_kept(self, history: Columns, which: str) -> Columns:
        """Return points as MLflow keeps them: each once, in order, none infinite."""
        values = np.where(np.isnan(history.values), math.nan, history.values)
        if np.isinf(values).any():
            why = "MLflow keeps the largest number for an infinite one"
            self._report.leave_out("infinite values", which, why)
            values = np.clip(values, -GREATEST, GREATEST)
        return distinct(in_order(history._replace(values=values)))

    def _points_there(self, remote_id: str, key: str) -> Columns:
        return columns_of(
            [
                (int(one.get("step", 0)), float(one["value"]), int(one["timestamp"]))
                for one in self._api.history(remote_id, key)
            ]
        )

    def _log(self, target: Target, which: str, items: list[Item]) -> None:
        def refused(item: Item, error: RefusedError) -> None:
            self._report.leave_out(item.kind, which, str(error))

        for portion in portions(items):
            try:
                self._api.log_batch(target.remote_id, **by_kind(portion))
            except RefusedError as error:
                log_apart(self._api, target.remote_id, portion, error, refused)

    # --- what it took in and gave out, its files, how it ended

    def _send_inputs(self, run: LoggedRun, target: Target, there: dict[str, Any]) -> None:
        which = f"run {run.row['run_id']}"
        known = there.get("inputs", {})
        used = {
            (one["dataset"]["name"], one["dataset"]["digest"])
            for one in known.get("dataset_inputs", [])
        }
        datasets = [
            {
                "dataset": {
                    name: value
                    for name, value in one._asdict().items()
                    if name != "tags" and value is not None
                },
                "tags": pairs(one.tags),
            }
            for one in run.datasets
            if (one.name, one.digest) not in used
        ]
        taken = {one["model_id"] for one in known.get("model_inputs", [])}
        taking = [
            {"model_id": one} for one in self._remote_models(run.models_in) if one not in taken
        ]
        if datasets or taking:
            self._report.attempt(
                "inputs",
                which,
                lambda: self._api.log_inputs(target.remote_id, datasets=datasets, models=taking),
            )
        given = {
            (one["model_id"], int(one.get("step", 0)))
            for one in there.get("outputs", {}).get("model_outputs", [])
        }
        giving = [
            {"model_id": self._models[one].remote_id, "step": step}
            for one, step in run.models_out
            if one in self._models and (self._models[one].remote_id, step) not in given
        ]
        if giving:
            self._report.attempt(
                "outputs", which, lambda: self._api.log_outputs(target.remote_id, giving)
            )

    def _remote_models(self, model_ids: list[str]) -> list[str]:
        return [self._models[one].remote_id for one in model_ids if one in self._models]

    def _send_files(self, run_id: str, there: FilesThere) -> None:
        store = self._store
        for file in store.ask(contents.artifact_files, run_id, "", _MAX_FILES):
            there.send(file.path, partial(open_artifact, store.folder, run_id, file.path))
        for info in store.run_detail(run_id).documents:
            text = store.document(run_id, info.kind)
            if text.truncated:
                why = "of a text of that size its first megabyte is sent"
                self._report.leave_out(info.kind, f"run {run_id}", why)
            data = text.text.encode()
            there.send(document_path(info.kind, info.media_type), partial(io.BytesIO, data))

    def _send_state(self, run: LoggedRun, target: Target, known: dict[str, Any]) -> None:
        row = run.row
        wanted = {
            "run_name": row["run_name"],
            "status": _SHOWN.get(row["status"], row["status"]),
            "end_time": row["end_time"],
        }
        had = {"run_name": row["run_name"], "status": "RUNNING", "end_time": None} | known
        changed = {
            name: value
            for name, value in wanted.items()
            if value is not None and had[name] != value
        }
        if changed:
            self._report.attempt(
                "state",
                f"run {row['run_id']}",
                lambda: self._api.update_run(target.remote_id, **changed),
            )
