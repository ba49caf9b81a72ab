"""Models that runs logged: what is kept of one, and edits. Their files are folders, not rows."""

from __future__ import annotations

import math
import secrets
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.store import model_schema, schema
from lightflow_jlab.store.sequence import next_seq
from lightflow_jlab.store.tag_rows import put_tags

models = model_schema.logged_models


class ModelPoint(NamedTuple):
    """What a model scored, in a run, maybe on a dataset."""

    model_id: str
    key: str
    value: float | None
    """None is NaN."""
    time: int
    step: int
    run_id: str
    dataset_name: str | None
    dataset_digest: str | None


class LoggedModel(NamedTuple):
    row: RowMapping
    """Of `model_schema.logged_models`."""
    params: dict[str, str]
    tags: dict[str, str]
    points: list[ModelPoint]


class NewModel(NamedTuple):
    experiment_id: int
    name: str
    model_type: str | None
    source_run_id: str | None
    params: dict[str, str]
    tags: dict[str, str]


def create(connection: Connection, new: NewModel) -> str:
    """Make a model whose files are still to come; return its id."""
    model_id = f"m-{secrets.token_hex(16)}"
    stage = connection.execute(
        select(schema.experiments.c.lifecycle_stage).where(
            schema.experiments.c.experiment_id == new.experiment_id
        )
    ).scalar()
    if stage is None:
        raise NotFoundError(f"No Experiment with id={new.experiment_id} exists")
    if stage != "active":
        raise InvalidValueError(
            f"The experiment {new.experiment_id} must be in the 'active' state. "
            f"Current state is {stage}."
        )
    now = _now()
    connection.execute(
        insert(models).values(
            model_id=model_id,
            experiment_id=new.experiment_id,
            name=new.name,
            model_type=new.model_type,
            source_run_id=new.source_run_id,
            status="PENDING",
            lifecycle_stage="active",
            creation_time=now,
            last_update_time=now,
            seq=next_seq(connection),
        )
    )
    put_tags(connection, model_schema.logged_model_params, {"model_id": model_id}, new.params)
    put_tags(connection, model_schema.logged_model_tags, {"model_id": model_id}, new.tags)
    return model_id


def get(connection: Connection, model_id: str) -> LoggedModel:
    """Raises `NotFoundError`, also for a model in the trash."""
    query = select(models).where(
        models.c.model_id == model_id, models.c.lifecycle_stage != "deleted"
    )
    rows = connection.execute(query).mappings().all()
    if not rows:
        raise _missing(model_id)
    return assemble(connection, rows)[0]


def set_status(connection: Connection, model_id: str, status: str) -> None:
    _touch(connection, model_id, status=status)


def set_stage(connection: Connection, model_id: str, stage: str) -> None:
    """Put a model into the trash, or take it out."""
    _touch(connection, model_id, lifecycle_stage=stage)


def set_tags(connection: Connection, model_id: str, tags: dict[str, str]) -> None:
    _touch(connection, model_id)
    put_tags(connection, model_schema.logged_model_tags, {"model_id": model_id}, tags)


def add_params(connection: Connection, model_id: str, params: dict[str, str]) -> None:
    _touch(connection, model_id)
    put_tags(connection, model_schema.logged_model_params, {"model_id": model_id}, params)


def delete_tag(connection: Connection, model_id: str, key: str) -> None:
    table = model_schema.logged_model_tags
    _touch(connection, model_id)
    gone = connection.execute(delete(table).where(table.c.model_id == model_id, table.c.key == key))
    if not gone.rowcount:
        raise NotFoundError(f"No tag with key {key!r} found for model with ID {model_id!r}.")


def log_model_points(connection: Connection, points: list[ModelPoint]) -> None:
    """Record scores; one that is there already is not recorded twice."""
    known = select(models.c.model_id).where(
        models.c.model_id.in_({point.model_id for point in points})
    )
    unknown = {point.model_id for point in points} - set(connection.execute(known).scalars())
    if unknown:
        raise _missing(min(unknown))
    rows = [
        point._asdict() | {"value": None if _is_nan(point.value) else point.value}
        for point in points
    ]
    connection.execute(upsert(model_schema.logged_model_metrics).on_conflict_do_nothing(), rows)


def assemble(connection: Connection, rows: Sequence[RowMapping]) -> list[LoggedModel]:
    """Return the models of rows of `logged_models`, in their order."""
    ids = [row["model_id"] for row in rows]
    params = _held(connection, model_schema.logged_model_params, ids)
    tags = _held(connection, model_schema.logged_model_tags, ids)
    scores = model_schema.logged_model_metrics
    points = defaultdict(list)
    query = select(*(scores.c[name] for name in ModelPoint._fields)).where(
        scores.c.model_id.in_(ids)
    )
    for row in connection.execute(query):
        points[row[0]].append(ModelPoint(*row))
    return [
        LoggedModel(row, params[one], tags[one], points[one])
        for one, row in zip(ids, rows, strict=True)
    ]


def _held(connection: Connection, table: Table, ids: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for model_id, key, value in connection.execute(
        select(table.c.model_id, table.c.key, table.c.value).where(table.c.model_id.in_(ids))
    ):
        found[model_id][key] = value
    return found


def _touch(connection: Connection, model_id: str, **values: Any) -> None:
    changed = connection.execute(
        update(models)
        .where(models.c.model_id == model_id)
        .values(last_update_time=_now(), seq=next_seq(connection), **values)
    )
    if not changed.rowcount:
        raise _missing(model_id)


def _missing(model_id: str) -> NotFoundError:
    return NotFoundError(f"Logged model with ID '{model_id[:80]}' not found.")


def _is_nan(value: float | None) -> bool:
    return value is not None and math.isnan(value)


def _now() -> int:
    return time.time_ns() // 1_000_000
