"""MLflow's tags that say of a run what a column says: the column is where it is kept."""

from __future__ import annotations

from typing import Any

from lightflow_jlab.store.schema import runs

NAME_TAG = "mlflow.runName"
NOTE_TAG = "mlflow.note.content"
PARENT_TAG = "mlflow.parentRunId"
CONTEXT_TAG = "mlflow.data.context"
"""Set on a run's use of a dataset: `training`, `validation` …"""

TAG_COLUMNS: dict[str, str] = {
    NAME_TAG: "run_name",
    NOTE_TAG: "note",
    PARENT_TAG: "parent_run_id",
    "mlflow.source.name": "source_name",
    "mlflow.source.type": "source_type",
    "lightflow.cellId": "cell_id",
}


def column_value(key: str, value: str | None) -> Any:
    """Return what the column of a tag holds for its value; None removes the tag."""
    if key == PARENT_TAG:
        return value or None
    return value or ""


def tags_of_columns(row: Any) -> dict[str, str]:
    """Return the tags that the columns of a run's row stand for."""
    return {key: row[column] for key, column in TAG_COLUMNS.items() if row[column]}


def tag_column(key: str) -> Any:
    """Return the column of `runs` that holds a tag, None for a tag with a row of its own."""
    name = TAG_COLUMNS.get(key)
    return None if name is None else runs.c[name]
