"""An MLflow store in a SQLite file, read as it lies there."""

from __future__ import annotations

import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.run_tags import NAME_TAG, NOTE_TAG

STATUSES: dict[str, RunStatus] = {
    "RUNNING": "RUNNING",
    "SCHEDULED": "SCHEDULED",
    "FINISHED": "FINISHED",
    "FAILED": "FAILED",
    "KILLED": "KILLED",
}
_NOT_TAKEN = {
    "trace_info": ("SELECT count(*) FROM trace_info", "traces"),
    "assessments": ("SELECT count(*) FROM assessments", "assessments"),
    "registered_models": (
        "SELECT count(*) FROM registered_models",
        "registered models (register them again from their runs)",
    ),
    "logged_models": (
        "SELECT count(*) FROM logged_models",
        "logged models (their scores are in their runs' metrics)",
    ),
}
"""By table: how many there are of what has no place here."""


class MlflowSqlite:
    """Opened read-only. Raises `InvalidValueError` where the file is no MLflow store."""

    def __init__(self, file: Path, artifacts: Path | None = None) -> None:
        self.name = f"the MLflow store {file}"
        self._folder = file.absolute().parent
        self._artifacts = artifacts
        self._database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        self._database.row_factory = sqlite3.Row
        try:
            self._tables = {row[0] for row in self._all("SELECT name FROM sqlite_master")}
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise InvalidValueError(f"{file} can't be read: {error}.") from None
        if not {"experiments", "runs", "metrics", "params", "tags"} <= self._tables:
            self._database.close()
            raise InvalidValueError(
                f"{file} is no MLflow store: it has no tables of experiments and runs. "
                "Expected the file that `mlflow server --backend-store-uri sqlite:///…` names."
            )

    def experiments(self) -> Iterator[FoundExperiment]:
        tags: dict[Any, dict[str, str]] = defaultdict(dict)
        for row in self._all("SELECT experiment_id, key, value FROM experiment_tags"):
            tags[row[0]][row[1]] = row[2] or ""
        for row in self._all("SELECT experiment_id, name, lifecycle_stage FROM experiments"):
            own = tags[row[0]]
            note = own.pop(NOTE_TAG, "")
            yield FoundExperiment(row[1], note, own, row[2] == "deleted")

    def run_count(self) -> int:
        return int(self._all("SELECT count(*) FROM runs").fetchone()[0])

    def runs(self) -> Iterator[FoundRun]:
        query = (
            "SELECT runs.*, experiments.name AS experiment FROM runs "
            "JOIN experiments USING (experiment_id) ORDER BY start_time, run_uuid"
        )
        for row in self._all(query).fetchall():
            run_id = row["run_uuid"]
            params = self._pairs("SELECT key, value FROM params WHERE run_uuid = ?", run_id)
            tags = self._pairs("SELECT key, value FROM tags WHERE run_uuid = ?", run_id)
            yield FoundRun(
                run_id=run_id,
                experiment=row["experiment"],
                name=row["name"] or tags.get(NAME_TAG) or run_id[:8],
                user=row["user_id"] or "",
                status=STATUSES.get(row["status"], "FINISHED"),
                start_time=row["start_time"] or 0,
                end_time=row["end_time"],
                deleted=row["lifecycle_stage"] == "deleted",
                params=params,
                tags=tags,
                points=self._points(run_id),
                datasets=self._datasets(run_id),
            )

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        query = "SELECT artifact_uri FROM runs WHERE run_uuid = ?"
        uri = str(self._all(query, run_id).fetchone()[0] or "")
        folder = self._local(uri)
        if folder is None:
            return [f"run {run_id}: its artifacts at {uri} are not on this machine's disks"]
        if folder.is_dir():
            shutil.copytree(folder, target, dirs_exist_ok=True, symlinks=True)
        return []

    def left_out(self) -> list[str]:
        lines = []
        for table, (query, what) in _NOT_TAKEN.items():
            if table in self._tables and (count := self._all(query).fetchone()[0]):
                lines.append(f"{count} {what}")
        return lines

    def _points(self, run_id: str) -> Any:
        found: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
        query = "SELECT key, step, value, timestamp, is_nan FROM metrics WHERE run_uuid = ?"
        for key, step, value, time, is_nan in self._all(query, run_id):
            found[key].append((step, float("nan") if is_nan else value, time))
        return {key: columns_of(points) for key, points in found.items()}

    def _datasets(self, run_id: str) -> list[UsedDataset]:
        if "inputs" not in self._tables or "datasets" not in self._tables:
            return []
        query = (
            "SELECT input_uuid, name, digest, dataset_source_type, dataset_source, "
            "dataset_schema, dataset_profile FROM inputs "
            "JOIN datasets ON inputs.source_id = datasets.dataset_uuid "
            "WHERE destination_type = 'RUN' AND destination_id = ?"
        )
        found = []
        for input_id, name, digest, kind, source, schema, profile in self._all(query, run_id):
            tags = self._pairs("SELECT name, value FROM input_tags WHERE input_uuid = ?", input_id)
            found.append(UsedDataset(name, digest, kind, source, schema, profile, tags))
        return found

    def _local(self, uri: str) -> Path | None:
        """Return the folder of an artifact URI, None where it is none of this machine's."""
        parts = urlsplit(uri)
        if parts.scheme in ("", "file"):
            return self._folder / unquote(parts.path)
        if parts.scheme == "mlflow-artifacts":
            for root in filter(None, (self._artifacts, self._folder / "mlartifacts")):
                folder = root / unquote(parts.path).lstrip("/")
                if folder.is_dir():
                    return folder
        return None

    def _pairs(self, query: str, owner: str) -> dict[str, str]:
        return {row[0]: row[1] or "" for row in self._all(query, owner)}

    def _all(self, query: str, *values: Any) -> sqlite3.Cursor:
        return self._database.execute(query, values)
