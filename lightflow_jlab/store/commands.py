"""Edits: short transactions, each with a number of its own in the feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.contract.limits import (
    MAX_NOTE_LENGTH,
    MAX_TAG_VALUE_LENGTH,
    check_key,
    check_name,
    storable_text,
)
from lightflow_jlab.contract.rest import ExperimentPatch, RunPatch
from lightflow_jlab.errors import ConflictError, EditConflictError, InvalidValueError, NotFoundError
from lightflow_jlab.store import schema
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.experiment_numbers import free_number
from lightflow_jlab.store.sequence import next_seq
from lightflow_jlab.store.tag_rows import put_tags

DEFAULT_EXPERIMENT_ID = 0
runs, experiments = schema.runs, schema.experiments


def create_experiment(connection: Connection, name: str, description: str) -> int:
    name = check_name("experiment", name)
    _check_free(connection, name, None)
    now, number = now_milliseconds(), free_number(connection)
    connection.execute(
        insert(experiments).values(
            experiment_id=number,
            name=name,
            description=_note(description),
            lifecycle_stage="active",
            creation_time=now,
            last_update_time=now,
            seq=next_seq(connection),
        )
    )
    return number


def update_experiment(connection: Connection, experiment_id: str, patch: ExperimentPatch) -> None:
    number = experiment_number(connection, experiment_id)
    values: dict[str, Any] = {}
    if patch.name is not UNSET:
        values["name"] = check_name("experiment", patch.name)
        _check_free(connection, values["name"], number)
    if patch.description is not UNSET:
        values["description"] = _note(patch.description)
    if patch.tags is not UNSET:
        match = {"experiment_id": number}
        apply_tags(connection, schema.experiment_tags, match, patch.tags)
    touch_experiment(connection, number, **values)


def set_experiment_tags(connection: Connection, number: int, tags: Mapping[str, str]) -> None:
    """Set tags whose keys and values are known to be right."""
    put_tags(connection, schema.experiment_tags, {"experiment_id": number}, tags)
    touch_experiment(connection, number)


def set_experiment_stage(connection: Connection, experiment_id: str, stage: str) -> None:
    """Delete an experiment and its runs to the trash, or bring them back."""
    number = experiment_number(connection, experiment_id)
    if number == DEFAULT_EXPERIMENT_ID and stage == "deleted":
        raise ConflictError("The experiment 'Default' can't be deleted; delete its runs instead.")
    touch_experiment(connection, number, lifecycle_stage=stage)
    former = "active" if stage == "deleted" else "deleted"
    connection.execute(
        update(runs)
        .where(runs.c.experiment_id == number, runs.c.lifecycle_stage == former)
        .values(
            lifecycle_stage=stage,
            deleted_time=now_milliseconds() if stage == "deleted" else None,
            seq=next_seq(connection),
        )
    )


def update_run(connection: Connection, run_id: str, patch: RunPatch) -> None:
    """Change a run. Raises `EditConflictError` where it isn't any more what `patch` was made of."""
    number, _ = run_number(connection, run_id)
    if patch.seen is not UNSET:
        _check_seen(connection, number, patch.seen)
    values: dict[str, Any] = {"seq": next_seq(connection)}
    if patch.run_name is not UNSET:
        values["run_name"] = check_name("run", patch.run_name)
    if patch.note is not UNSET:
        values["note"] = _note(patch.note)
    if patch.tags is not UNSET:
        apply_tags(connection, schema.tags, {"run": number}, patch.tags)
    connection.execute(update(runs).where(runs.c.id == number).values(values))


def set_run_stage(connection: Connection, run_id: str, stage: str) -> None:
    """Delete a run to the trash, or bring it back. Its artifacts stay where they are."""
    number, experiment = run_number(connection, run_id)
    connection.execute(
        update(runs)
        .where(runs.c.id == number)
        .values(
            lifecycle_stage=stage,
            deleted_time=now_milliseconds() if stage == "deleted" else None,
            seq=next_seq(connection),
        )
    )
    touch_experiment(connection, experiment)


def run_number(connection: Connection, run_id: str) -> tuple[int, int]:
    """Return the numbers of a run and of its experiment. Raises `NotFoundError`."""
    row = connection.execute(
        select(runs.c.id, runs.c.experiment_id).where(runs.c.run_id == run_id)
    ).first()
    if row is None:
        raise NotFoundError(f"There is no run with the id {run_id!r}.")
    return row[0], row[1]


def experiment_number(connection: Connection, experiment_id: str) -> int:
    """Return the number of an experiment. Raises `NotFoundError`."""
    if experiment_id.isdecimal() and len(experiment_id) < 18:
        found = connection.execute(
            select(experiments.c.experiment_id).where(
                experiments.c.experiment_id == int(experiment_id)
            )
        ).scalar()
        if found is not None:
            return int(found)
    raise NotFoundError(f"There is no experiment with the id {experiment_id!r}.")


def _check_seen(connection: Connection, number: int, seen: dict[str, str | None]) -> None:
    row = connection.execute(select(runs.c.run_name, runs.c.note).where(runs.c.id == number)).one()
    tags = schema.tags
    rows = connection.execute(select(tags.c.key, tags.c.value).where(tags.c.run == number))
    present: dict[str, str | None] = {
        "run_name": row.run_name,
        "note": row.note,
        **{f"tags.{key}": value for key, value in rows},
    }
    changed = [name for name, value in seen.items() if present.get(name) != value]
    if changed:
        raise EditConflictError(
            f"Somebody else has changed {', '.join(changed)} meanwhile; nothing was changed. "
            "Look at what stands there now and decide.",
            {name: present.get(name) for name in changed},
        )


def _check_free(connection: Connection, name: str, own: int | None) -> None:
    row = connection.execute(
        select(experiments.c.experiment_id, experiments.c.lifecycle_stage).where(
            experiments.c.name == name
        )
    ).first()
    if row is not None and row[0] != own:
        where = " in the trash: restore it, or take another name" if row[1] == "deleted" else ""
        raise ConflictError(f"An experiment named {name!r} exists already{where}.")


def touch_experiment(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(
        update(experiments)
        .where(experiments.c.experiment_id == number)
        .values(last_update_time=now_milliseconds(), seq=next_seq(connection), **values)
    )


def apply_tags(
    connection: Connection, table: Table, match: dict[str, Any], tags: dict[str, str | None]
) -> None:
    for key, value in tags.items():
        check_key("tag", key)
        if value is None:
            owner = [table.c[name] == number for name, number in match.items()]
            connection.execute(delete(table).where(table.c.key == key, *owner))
            continue
        if len(value) > MAX_TAG_VALUE_LENGTH:
            raise InvalidValueError(
                f"The tag {key!r} has {len(value):,} characters; at most "
                f"{MAX_TAG_VALUE_LENGTH:,} are allowed."
            )
        text = storable_text(value)
        connection.execute(
            upsert(table)
            .values(**match, key=key, value=text)
            .on_conflict_do_update(index_elements=[*match, "key"], set_={"value": text})
        )


def _note(text: str) -> str:
    if len(text) > MAX_NOTE_LENGTH:
        raise InvalidValueError(
            f"The text has {len(text):,} characters; at most {MAX_NOTE_LENGTH:,} are allowed."
        )
    return storable_text(text)
