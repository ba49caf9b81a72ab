"""Registered models, their versions, stages, aliases and tags: reading and edits."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.errors import ConflictError, InvalidValueError, NotFoundError
from lightflow_jlab.store import model_schema
from lightflow_jlab.store.sequence import next_seq

models, versions = model_schema.registered_models, model_schema.model_versions
aliases = model_schema.model_aliases

STAGES = ("None", "Staging", "Production", "Archived")
ACTIVE_STAGES = ("Staging", "Production")


class Version(NamedTuple):
    row: RowMapping
    """Of `model_schema.model_versions`."""
    tags: dict[str, str]
    aliases: list[str]


class Model(NamedTuple):
    row: RowMapping
    """Of `model_schema.registered_models`."""
    tags: dict[str, str]
    aliases: dict[str, int]
    latest: list[Version]
    """The newest version of each stage."""


class NewVersion(NamedTuple):
    source: str
    location: str
    run_id: str | None
    run_link: str | None
    model_id: str | None
    description: str | None
    tags: dict[str, str]


# --- models


def create_model(
    connection: Connection, name: str, description: str | None, tags: dict[str, str]
) -> None:
    """Raises `ConflictError`."""
    _check_free(connection, name)
    now = _now()
    connection.execute(
        insert(models).values(
            name=name,
            description=description,
            creation_time=now,
            last_update_time=now,
            next_version=1,
            seq=next_seq(connection),
        )
    )
    for key, value in tags.items():
        _put_tag(connection, model_schema.registered_model_tags, {"name": name}, key, value)


def get_model(connection: Connection, name: str) -> Model:
    """Raises `NotFoundError`."""
    found = find_models(connection, models.c.name == name)
    if not found:
        raise _no_model(name)
    return found[0]


def find_models(
    connection: Connection,
    condition: ColumnElement[bool],
    order: Sequence[Any] = (),
    limit: int | None = None,
    offset: int = 0,
) -> list[Model]:
    query = select(models).where(condition).order_by(*order, models.c.name)
    rows = connection.execute(query.limit(limit).offset(offset)).mappings().all()
    names = [row["name"] for row in rows]
    table = model_schema.registered_model_tags
    tags: dict[str, dict[str, str]] = defaultdict(dict)
    for name, key, value in connection.execute(select(table).where(table.c.name.in_(names))):
        tags[name][key] = value
    named: dict[str, dict[str, int]] = defaultdict(dict)
    for name, alias, version in connection.execute(
        select(aliases).where(aliases.c.name.in_(names))
    ):
        named[name][alias] = version
    latest = latest_versions(connection, names)
    return [
        Model(row, tags[name], named[name], latest[name])
        for name, row in zip(names, rows, strict=True)
    ]


def update_model(connection: Connection, name: str, description: str | None) -> None:
    _touch_model(connection, name, description=description)


def rename_model(connection: Connection, name: str, new_name: str) -> None:
    """Raises `ConflictError`. Versions, tags and aliases follow."""
    get_model(connection, name)
    if new_name != name:
        _check_free(connection, new_name)
    _touch_model(connection, name, name=new_name)
    connection.execute(
        update(versions)
        .where(versions.c.name == new_name)
        .values(last_update_time=_now(), seq=next_seq(connection))
    )


def delete_model(connection: Connection, name: str) -> None:
    """Delete a model and its versions, for good. Logged models and artifacts stay."""
    _touch_model(connection, name)
    connection.execute(delete(models).where(models.c.name == name))


def set_model_tag(connection: Connection, name: str, key: str, value: str) -> None:
    _touch_model(connection, name)
    _put_tag(connection, model_schema.registered_model_tags, {"name": name}, key, value)


def delete_model_tag(connection: Connection, name: str, key: str) -> None:
    """A tag that isn't there is deleted already."""
    _touch_model(connection, name)
    table = model_schema.registered_model_tags
    connection.execute(delete(table).where(table.c.name == name, table.c.key == key))


def set_alias(connection: Connection, name: str, alias: str, version: int) -> None:
    get_version(connection, name, version)
    connection.execute(
        upsert(aliases)
        .values(name=name, alias=alias, version=version)
        .on_conflict_do_update(index_elements=["name", "alias"], set_={"version": version})
    )
    _touch_model(connection, name)


def delete_alias(connection: Connection, name: str, alias: str) -> None:
    _touch_model(connection, name)
    connection.execute(delete(aliases).where(aliases.c.name == name, aliases.c.alias == alias))


def aliased(connection: Connection, name: str, alias: str) -> Version:
    """Raises `NotFoundError` for an unknown model, `InvalidValueError` for an unknown alias."""
    model = get_model(connection, name)
    if alias not in model.aliases:
        raise InvalidValueError(f"Registered model alias {alias} not found.")
    return get_version(connection, name, model.aliases[alias])


# --- versions


def create_version(connection: Connection, name: str, new: NewVersion) -> int:
    """Return the number of the version that was made."""
    number = get_model(connection, name).row["next_version"]
    now = _now()
    values = {key: value for key, value in new._asdict().items() if key != "tags"}
    connection.execute(
        insert(versions).values(
            name=name,
            version=number,
            creation_time=now,
            last_update_time=now,
            user_id="",
            stage="None",
            status="READY",
            seq=next_seq(connection),
            **values,
        )
    )
    for key, value in new.tags.items():
        match = {"name": name, "version": number}
        _put_tag(connection, model_schema.model_version_tags, match, key, value)
    _touch_model(connection, name, next_version=number + 1)
    return int(number)


def get_version(connection: Connection, name: str, version: int) -> Version:
    """Raises `NotFoundError`."""
    found = find_versions(connection, (versions.c.name == name) & (versions.c.version == version))
    if not found:
        raise NotFoundError(f"Model Version (name={name}, version={version}) not found")
    return found[0]


def find_versions(
    connection: Connection,
    condition: ColumnElement[bool],
    order: Sequence[Any] = (),
    limit: int | None = None,
    offset: int = 0,
) -> list[Version]:
    query = select(versions).where(condition)
    query = query.order_by(*order, versions.c.name, versions.c.version.desc())
    return _assembled(connection, query.limit(limit).offset(offset))


def latest_versions(
    connection: Connection, names: list[str], stages: Sequence[str] = STAGES
) -> dict[str, list[Version]]:
    """Return the newest version of each stage, by the model's name."""
    newest = (
        select(versions.c.name, func.max(versions.c.version))
        .where(versions.c.name.in_(names), versions.c.stage.in_(stages))
        .group_by(versions.c.name, versions.c.stage)
    )
    query = select(versions).where(tuple_(versions.c.name, versions.c.version).in_(newest))
    found: dict[str, list[Version]] = defaultdict(list)
    for version in _assembled(connection, query.order_by(versions.c.name, versions.c.version)):
        found[version.row["name"]].append(version)
    return found


def update_version(
    connection: Connection, name: str, version: int, description: str | None
) -> None:
    _touch_version(connection, name, version, description=description)


def set_stage(
    connection: Connection, name: str, version: int, stage: str, *, archive_others: bool
) -> None:
    _touch_version(connection, name, version, stage=stage)
    if archive_others:
        connection.execute(
            update(versions)
            .where(
                versions.c.name == name,
                versions.c.version != version,
                versions.c.stage == stage,
            )
            .values(stage="Archived", last_update_time=_now(), seq=next_seq(connection))
        )
    _touch_model(connection, name)


def delete_version(connection: Connection, name: str, version: int) -> None:
    """Delete a version with its aliases and tags. Its number is not used again."""
    _touch_version(connection, name, version)
    connection.execute(
        delete(versions).where(versions.c.name == name, versions.c.version == version)
    )
    _touch_model(connection, name)


def set_version_tag(connection: Connection, name: str, version: int, key: str, value: str) -> None:
    _touch_version(connection, name, version)
    match = {"name": name, "version": version}
    _put_tag(connection, model_schema.model_version_tags, match, key, value)


def delete_version_tag(connection: Connection, name: str, version: int, key: str) -> None:
    """A tag that isn't there is deleted already."""
    _touch_version(connection, name, version)
    table = model_schema.model_version_tags
    connection.execute(
        delete(table).where(table.c.name == name, table.c.version == version, table.c.key == key)
    )


# --- private


def _assembled(connection: Connection, query: Any) -> list[Version]:
    rows = connection.execute(query).mappings().all()
    names = {row["name"] for row in rows}
    table = model_schema.model_version_tags
    tags: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for name, number, key, value in connection.execute(
        select(table).where(table.c.name.in_(names))
    ):
        tags[name, number][key] = value
    named: dict[tuple[str, int], list[str]] = defaultdict(list)
    for name, alias, number in connection.execute(
        select(aliases).where(aliases.c.name.in_(names)).order_by(aliases.c.alias)
    ):
        named[name, number].append(alias)
    keys = [(row["name"], row["version"]) for row in rows]
    return [Version(row, tags[key], named[key]) for key, row in zip(keys, rows, strict=True)]


def _check_free(connection: Connection, name: str) -> None:
    if connection.execute(select(models.c.name).where(models.c.name == name)).first():
        raise ConflictError(f"Registered Model (name={name}) already exists.")


def _put_tag(
    connection: Connection, table: Table, match: dict[str, Any], key: str, value: str
) -> None:
    connection.execute(
        upsert(table)
        .values(**match, key=key, value=value)
        .on_conflict_do_update(index_elements=[*match, "key"], set_={"value": value})
    )


def _touch_model(connection: Connection, model: str, **values: Any) -> None:
    changed = connection.execute(
        update(models)
        .where(models.c.name == model)
        .values(last_update_time=_now(), seq=next_seq(connection), **values)
    )
    if not changed.rowcount:
        raise _no_model(model)


def _touch_version(connection: Connection, name: str, version: int, **values: Any) -> None:
    get_version(connection, name, version)
    connection.execute(
        update(versions)
        .where(versions.c.name == name, versions.c.version == version)
        .values(last_update_time=_now(), seq=next_seq(connection), **values)
    )


def _no_model(name: str) -> NotFoundError:
    return NotFoundError(f"Registered Model with name={name} not found")


def _now() -> int:
    return time.time_ns() // 1_000_000
