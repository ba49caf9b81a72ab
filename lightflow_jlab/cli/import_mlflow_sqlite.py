"""An MLflow store in a SQLite file, read as it lies there."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lightflow_jlab.cli import import_sqlite_models as models
from lightflow_jlab.cli.import_files import fetch, local_folder
from lightflow_jlab.cli.import_sources import Source
from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of
from lightflow_jlab.store.adopt_models import FoundModel, FoundRegisteredModel
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.run_tags import NAME_TAG, NOTE_TAG

STATUSES: dict[str, RunStatus] = {
    "RUNNING": "RUNNING",
    "SCHEDULED": "SCHEDULED",
    "FINISHED": "FINISHED",
    "FAILED": "FAILED",
    "KILLED": "KILLED",
}
_NOT_TAKEN = {"trace_info": "traces", "assessments": "assessments", "scorers": "scorers"}
"""By table, what has no place here."""


class MlflowSqlite(Source):
    """Opened read-only. Raises `InvalidValueError` where the file is no MLflow store."""

    def __init__(self, file: Path, artifacts: Path | None = None, *, link: bool = False) -> None:
        self.name = f"the MLflow store {file}"
        self._folder = file.absolute().parent
        self._artifacts = artifacts
        self._link = link
        self._broken: list[str] = []
        self._database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        self._database.row_factory = sqlite3.Row
        self._database.text_factory = lambda text: text.decode("utf-8", "replace")
        try:
            self._tables = {row[0] for row in self._all("SELECT name FROM sqlite_master")}
            columns = self._all("SELECT name FROM pragma_table_info('inputs')")
            self._input_columns = {row[0] for row in columns}
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
            try:
                yield self._run(row)
            except sqlite3.DatabaseError as error:
                self._broken.append(f"run {row['run_uuid']}: {error}")

    def _run(self, row: sqlite3.Row) -> FoundRun:
        run_id = row["run_uuid"]
        tags = self._pairs("SELECT key, value FROM tags WHERE run_uuid = ?", run_id)
        return FoundRun(
            run_id=run_id,
            experiment=row["experiment"],
            name=row["name"] or tags.get(NAME_TAG) or run_id[:8],
            user=row["user_id"] or "",
            status=STATUSES.get(row["status"], "FINISHED"),
            start_time=row["start_time"] or 0,
            end_time=row["end_time"],
            deleted=row["lifecycle_stage"] == "deleted",
            params=self._pairs("SELECT key, value FROM params WHERE run_uuid = ?", run_id),
            tags=tags,
            points=self._points(run_id),
            datasets=self._datasets(run_id),
            models_in=[one for one, _ in self._models(run_id, "RUN_INPUT")],
            models_out=self._models(run_id, "RUN_OUTPUT"),
        )

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        uri = self._value("SELECT artifact_uri FROM runs WHERE run_uuid = ?", run_id)
        return fetch(run_id, uri, self._local(uri), target, link=self._link)

    def logged_models(self) -> Iterator[FoundModel]:
        return models.logged_models(self._database) if "logged_models" in self._tables else iter(())

    def fetch_model(self, model_id: str, target: Path) -> list[str]:
        query = "SELECT artifact_location FROM logged_models WHERE model_id = ?"
        uri = self._value(query, model_id)
        return fetch(model_id, uri, self._local(uri), target, link=self._link)

    def registered_models(self) -> Iterator[FoundRegisteredModel]:
        known = "registered_models" in self._tables
        return models.registered_models(self._database) if known else iter(())

    def left_out(self) -> list[str]:
        lines = [*self._broken]
        for table, what in _NOT_TAKEN.items():
            if table not in self._tables:
                continue
            count = self._all(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - named above
            if count:
                lines.append(f"{count} {what}")
        if "registered_model_tags" in self._tables and (
            count := models.prompt_count(self._database)
        ):
            lines.append(f"{count} prompts")
        return lines

    def _value(self, query: str, owner: str) -> str:
        return str(self._all(query, owner).fetchone()[0] or "")

    def _points(self, run_id: str) -> dict[str, Columns]:
        query = (
            "SELECT key, step, CASE WHEN is_nan THEN NULL ELSE value END, timestamp "
            "FROM metrics WHERE run_uuid = ? ORDER BY key"
        )
        rows = self._all(query, run_id).fetchall()
        return {
            key: columns_of([row[1:] for row in some])
            for key, some in groupby(rows, key=itemgetter(0))
        }

    def _models(self, run_id: str, kind: str) -> list[tuple[str, int]]:
        if "step" not in self._input_columns:
            return []
        query = (
            "SELECT destination_id, step FROM inputs WHERE source_type = ? AND source_id = ? "
            "ORDER BY step"
        )
        return [(row[0], row[1] or 0) for row in self._all(query, kind, run_id)]

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
        if parts.scheme != "mlflow-artifacts":
            return local_folder(uri, self._folder)
        roots = [self._artifacts, self._folder / "mlartifacts"]
        folders = [one / unquote(parts.path).lstrip("/") for one in roots if one is not None]
        # A run without files has no folder either: no file is missed then.
        present = [one for one in roots if one is not None and one.is_dir()]
        return next((one for one in folders if one.is_dir()), folders[0] if present else None)

    def _pairs(self, query: str, owner: str) -> dict[str, str]:
        return {row[0]: row[1] or "" for row in self._all(query, owner)}

    def _all(self, query: str, *values: Any) -> sqlite3.Cursor:
        return self._database.execute(query, values)
