"""Versions of registered models, their stages and tags: reading and edits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import model_schema
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.registry_changes import no_model, touch_model
from lightflow_jlab.store.sequence import next_seq
from lightflow_jlab.store.tag_rows import put_tags

models, versions = model_schema.registered_models, model_schema.model_versions
aliases = model_schema.model_aliases

STAGES = ("None", "Staging", "Production", "Archived")
ACTIVE_STAGES = ("Staging", "Production")


class Version(NamedTuple):
    row: RowMapping
    """Of `model_schema.model_versions`."""
    tags: dict[str, str]
    aliases: list[str]


class NewVersion(NamedTuple):
    source: str
    location: str
    run_id: str | None
    run_link: str | None
    model_id: str | None
    description: str | None
    tags: dict[str, str]


def create_version(connection: Connection, name: str, new: NewVersion) -> int:
    """Return the number of the version that was made."""
    number = _next_number(connection, name)
    time = now_milliseconds()
    values = {key: value for key, value in new._asdict().items() if key != "tags"}
    connection.execute(
        insert(versions).values(
            name=name,
            version=number,
            creation_time=time,
            last_update_time=time,
            user_id="",
            stage="None",
            status="READY",
            seq=next_seq(connection),
            **values,
        )
    )
    match = {"name": name, "version": number}
    put_tags(connection, model_schema.model_version_tags, match, new.tags)
    touch_model(connection, name, next_version=number + 1)
    return number


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
            .values(stage="Archived", last_update_time=now_milliseconds(), seq=next_seq(connection))
        )
    touch_model(connection, name)


def delete_version(connection: Connection, name: str, version: int) -> None:
    """Delete a version with its aliases and tags. Its number is not used again."""
    _touch_version(connection, name, version)
    connection.execute(
        delete(versions).where(versions.c.name == name, versions.c.version == version)
    )
    touch_model(connection, name)


def set_version_tag(connection: Connection, name: str, version: int, key: str, value: str) -> None:
    _touch_version(connection, name, version)
    match = {"name": name, "version": version}
    put_tags(connection, model_schema.model_version_tags, match, {key: value})


def delete_version_tag(connection: Connection, name: str, version: int, key: str) -> None:
    """A tag that isn't there is deleted already."""
    _touch_version(connection, name, version)
    table = model_schema.model_version_tags
    connection.execute(
        delete(table).where(table.c.name == name, table.c.version == version, table.c.key == key)
    )


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


def _touch_version(connection: Connection, name: str, version: int, **values: Any) -> None:
    get_version(connection, name, version)
    connection.execute(
        update(versions)
        .where(versions.c.name == name, versions.c.version == version)
        .values(last_update_time=now_milliseconds(), seq=next_seq(connection), **values)
    )


def _next_number(connection: Connection, name: str) -> int:
    found = connection.execute(select(models.c.next_version).where(models.c.name == name)).scalar()
    if found is None:
        raise no_model(name)
    return int(found)
