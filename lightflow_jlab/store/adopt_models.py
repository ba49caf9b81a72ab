"""Taking in models that another tracker kept: those that runs logged, and those of a registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from lightflow_jlab.store import model_schema, schema
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.logged_models import ModelPoint, log_model_points
from lightflow_jlab.store.sequence import next_seq
from lightflow_jlab.store.tag_rows import put_tags

models, versions = model_schema.registered_models, model_schema.model_versions
aliases = model_schema.model_aliases


class FoundModel(NamedTuple):
    model_id: str
    """`m-` and 32 hex digits: by it the model is known again."""
    experiment: str
    """Its name."""
    name: str
    model_type: str | None
    source_run_id: str | None
    status: str
    """`PENDING`, `READY` or `UPLOAD_FAILED`."""
    status_message: str | None
    creation_time: int
    last_update_time: int
    params: Mapping[str, str]
    tags: Mapping[str, str]
    points: list[ModelPoint]


class FoundVersion(NamedTuple):
    version: int
    source: str
    location: str
    """Where its files are, as an `mlflow-artifacts` URI, or the source where they are elsewhere."""
    run_id: str | None
    run_link: str | None
    model_id: str | None
    description: str | None
    stage: str
    status: str
    user_id: str
    creation_time: int
    last_update_time: int
    tags: Mapping[str, str]


class FoundRegisteredModel(NamedTuple):
    name: str
    """By it the model is known again, and its versions by their numbers."""
    description: str | None
    creation_time: int
    last_update_time: int
    tags: Mapping[str, str]
    aliases: Mapping[str, int]
    versions: Sequence[FoundVersion]


def adopt_logged_model(connection: Connection, found: FoundModel) -> bool:
    """Take a logged model in; return whether it was new. One that is known gets what it scored."""
    table = model_schema.logged_models
    known = connection.execute(
        select(table.c.model_id).where(table.c.model_id == found.model_id)
    ).first()
    if known is None:
        experiment = connection.execute(
            select(schema.experiments.c.experiment_id).where(
                schema.experiments.c.name == found.experiment
            )
        ).scalar_one()
        connection.execute(
            insert(table).values(
                model_id=found.model_id,
                experiment_id=experiment,
                name=found.name,
                model_type=found.model_type,
                source_run_id=found.source_run_id,
                status=found.status,
                status_message=found.status_message,
                lifecycle_stage="active",
                creation_time=found.creation_time,
                last_update_time=found.last_update_time,
                seq=next_seq(connection),
            )
        )
        for held, values in (
            (model_schema.logged_model_params, found.params),
            (model_schema.logged_model_tags, found.tags),
        ):
            put_tags(connection, held, {"model_id": found.model_id}, values)
    if found.points:
        log_model_points(connection, found.points)
    return known is None


def adopt_registered_model(connection: Connection, found: FoundRegisteredModel) -> list[str]:
    """Take a registered model in, or the versions that are new; what is here already stays.

    Returns a line for each thing that could not be taken.
    """
    match = models.c.name == found.name
    known = connection.execute(select(models.c.next_version).where(match)).first()
    if known is None:
        connection.execute(
            insert(models).values(
                name=found.name,
                description=found.description,
                creation_time=found.creation_time,
                last_update_time=found.last_update_time,
                next_version=1,
                seq=next_seq(connection),
            )
        )
        put_tags(connection, model_schema.registered_model_tags, {"name": found.name}, found.tags)
    query = select(versions.c.version, versions.c.source).where(versions.c.name == found.name)
    sources = {row.version: row.source for row in connection.execute(query)}
    new = [one for one in found.versions if one.version not in sources]
    for one in new:
        _insert_version(connection, found.name, one)
    _name_aliases(connection, found)
    if new:
        last = max(one.version for one in new)
        connection.execute(
            update(models)
            .where(match)
            .values(
                next_version=max(last + 1, known[0] if known else 1),
                last_update_time=max(found.last_update_time, 0) or now_milliseconds(),
                seq=next_seq(connection),
            )
        )
    return [
        f"version {one.version} of {found.name!r}: another version here has this number"
        for one in found.versions
        if sources.get(one.version, one.source) != one.source
    ]


def _insert_version(connection: Connection, name: str, found: FoundVersion) -> None:
    values = {key: value for key, value in found._asdict().items() if key != "tags"}
    connection.execute(insert(versions).values(name=name, seq=next_seq(connection), **values))
    match = {"name": name, "version": found.version}
    put_tags(connection, model_schema.model_version_tags, match, found.tags)


def _name_aliases(connection: Connection, found: FoundRegisteredModel) -> None:
    there = set(
        connection.execute(select(aliases.c.alias).where(aliases.c.name == found.name)).scalars()
    )
    rows = [
        {"name": found.name, "alias": alias, "version": version}
        for alias, version in found.aliases.items()
        if alias not in there
    ]
    if rows:
        connection.execute(insert(aliases), rows)
