"""The models in an MLflow store that is a SQLite file."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lightflow_jlab.store.adopt_models import FoundModel, FoundRegisteredModel, FoundVersion
from lightflow_jlab.store.logged_models import ModelPoint

STATUSES = ("PENDING", "PENDING", "READY", "UPLOAD_FAILED")
"""By the number that MLflow's tables and files have, from 1."""
PROMPT_TAG = "mlflow.prompt.is_prompt"
DELETED_STAGE = "Deleted_Internal"


def logged_models(database: sqlite3.Connection) -> Iterator[FoundModel]:
    params = _held(database, "logged_model_params", "param_key", "param_value")
    tags = _held(database, "logged_model_tags", "tag_key", "tag_value")
    points: dict[str, list[ModelPoint]] = defaultdict(list)
    query = (
        "SELECT model_id, metric_name, metric_value, metric_timestamp_ms, metric_step, run_id, "
        "dataset_name, dataset_digest FROM logged_model_metrics"
    )
    for row in database.execute(query):
        points[row[0]].append(ModelPoint(*row))
    query = (
        "SELECT logged_models.*, experiments.name AS experiment FROM logged_models "
        "JOIN experiments USING (experiment_id) WHERE logged_models.lifecycle_stage != 'deleted' "
        "ORDER BY creation_timestamp_ms"
    )
    for row in database.execute(query).fetchall():
        model_id = row["model_id"]
        yield FoundModel(
            model_id=model_id,
            experiment=row["experiment"],
            name=row["name"],
            model_type=row["model_type"] or None,
            source_run_id=row["source_run_id"] or None,
            status=STATUSES[row["status"]] if 0 < row["status"] < 4 else "PENDING",
            status_message=row["status_message"],
            creation_time=row["creation_timestamp_ms"],
            last_update_time=row["last_updated_timestamp_ms"],
            params=params[model_id],
            tags=tags[model_id],
            points=points[model_id],
        )


def registered_models(database: sqlite3.Connection) -> Iterator[FoundRegisteredModel]:
    """Yield models, not prompts, which MLflow keeps among them."""
    tags = _held(database, "registered_model_tags", "key", "value", "name")
    aliases = _aliases(database)
    versions = _versions(database)
    for row in database.execute("SELECT * FROM registered_models ORDER BY name").fetchall():
        if tags[row["name"]].get(PROMPT_TAG) != "true":
            yield FoundRegisteredModel(
                name=row["name"],
                description=row["description"] or None,
                creation_time=row["creation_time"] or 0,
                last_update_time=row["last_updated_time"] or 0,
                tags=tags[row["name"]],
                aliases=aliases[row["name"]],
                versions=versions[row["name"]],
            )


def prompt_count(database: sqlite3.Connection) -> int:
    query = "SELECT count(*) FROM registered_model_tags WHERE key = ? AND value = 'true'"
    return int(database.execute(query, (PROMPT_TAG,)).fetchone()[0])


def model_of_source(source: str) -> str | None:
    """Return the id of the logged model that a version was made of."""
    _, found, model_id = source.partition("models:/m-")
    return f"m-{model_id}" if found else None


def _aliases(database: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Return versions by model and alias; before MLflow 2.3 there were none."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    if database.execute("SELECT 1 FROM pragma_table_info('registered_model_aliases')").fetchone():
        for row in database.execute("SELECT name, alias, version FROM registered_model_aliases"):
            found[row[0]][row[1]] = row[2]
    return found


def _versions(database: sqlite3.Connection) -> dict[str, list[FoundVersion]]:
    tags: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for name, number, key, value in database.execute(
        "SELECT name, version, key, value FROM model_version_tags"
    ):
        tags[name, number][key] = value or ""
    found: dict[str, list[FoundVersion]] = defaultdict(list)
    query = "SELECT * FROM model_versions WHERE current_stage != ? ORDER BY version"
    for row in database.execute(query, (DELETED_STAGE,)).fetchall():
        source = row["source"] or ""
        found[row["name"]].append(
            FoundVersion(
                version=row["version"],
                source=source,
                location=_column(row, "storage_location") or source,
                run_id=row["run_id"] or None,
                run_link=_column(row, "run_link") or None,
                model_id=model_of_source(source),
                description=row["description"] or None,
                stage=row["current_stage"] or "None",
                status=row["status"] or "READY",
                user_id=row["user_id"] or "",
                creation_time=row["creation_time"] or 0,
                last_update_time=row["last_updated_time"] or 0,
                tags=tags[row["name"], row["version"]],
            )
        )
    return found


def _column(row: sqlite3.Row, name: str) -> Any:
    """Return a column that older stores don't have."""
    return row[name] if name in row.keys() else None  # noqa: SIM118 - a row holds values, not names


def _held(
    database: sqlite3.Connection, table: str, key: str, value: str, owner: str = "model_id"
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    query = f"SELECT {owner}, {key}, {value} FROM {table}"  # noqa: S608 - names of this file
    for row in database.execute(query):
        found[row[0]][row[1]] = row[2] or ""
    return found
