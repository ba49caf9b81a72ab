"""Registered models, their tags and aliases: reading and edits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.errors import ConflictError, InvalidValueError
from lightflow_jlab.store import model_schema
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.model_versions import Version, get_version, latest_versions
from lightflow_jlab.store.registry_changes import no_model, touch_model
from lightflow_jlab.store.sequence import next_seq
from lightflow_jlab.store.tag_rows import put_tags

models, versions = model_schema.registered_models, model_schema.model_versions
aliases = model_schema.model_aliases


class Model(NamedTuple):
    row: RowMapping
    """Of `model_schema.registered_models`."""
    tags: dict[str, str]
    aliases: dict[str, int]
    latest: list[Version]
    """The newest version of each stage."""


def create_model(
    connection: Connection, name: str, description: str | None, tags: dict[str, str]
) -> None:
    """Raises `ConflictError`."""
    _check_free(connection, name)
    time = now_milliseconds()
    connection.execute(
        insert(models).values(
            name=name,
            description=description,
            creation_time=time,
            last_update_time=time,
            next_version=1,
            seq=next_seq(connection),
        )
    )
    put_tags(connection, model_schema.registered_model_tags, {"name": name}, tags)


def get_model(connection: Connection, name: str) -> Model:
    """Raises `NotFoundError`."""
    found = find_models(connection, models.c.name == name)
    if not found:
        raise no_model(name)
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
    touch_model(connection, name, description=description)


def rename_model(connection: Connection, name: str, new_name: str) -> None:
    """Raises `ConflictError`. Versions, tags and aliases follow."""
    get_model(connection, name)
    if new_name != name:
        _check_free(connection, new_name)
    touch_model(connection, name, name=new_name)
    connection.execute(
        update(versions)
        .where(versions.c.name == new_name)
        .values(last_update_time=now_milliseconds(), seq=next_seq(connection))
    )


def delete_model(connection: Connection, name: str) -> None:
    """Delete a model and its versions, for good. Logged models and artifacts stay."""
    touch_model(connection, name)
    connection.execute(delete(models).where(models.c.name == name))


def set_model_tag(connection: Connection, name: str, key: str, value: str) -> None:
    touch_model(connection, name)
    put_tags(connection, model_schema.registered_model_tags, {"name": name}, {key: value})


def delete_model_tag(connection: Connection, name: str, key: str) -> None:
    """A tag that isn't there is deleted already."""
    touch_model(connection, name)
    table = model_schema.registered_model_tags
    connection.execute(delete(table).where(table.c.name == name, table.c.key == key))


def set_alias(connection: Connection, name: str, alias: str, version: int) -> None:
    get_version(connection, name, version)
    connection.execute(
        upsert(aliases)
        .values(name=name, alias=alias, version=version)
        .on_conflict_do_update(index_elements=["name", "alias"], set_={"version": version})
    )
    touch_model(connection, name)


def delete_alias(connection: Connection, name: str, alias: str) -> None:
    touch_model(connection, name)
    connection.execute(delete(aliases).where(aliases.c.name == name, aliases.c.alias == alias))


def aliased(connection: Connection, name: str, alias: str) -> Version:
    """Raises `NotFoundError` for an unknown model, `InvalidValueError` for an unknown alias."""
    model = get_model(connection, name)
    if alias not in model.aliases:
        raise InvalidValueError(f"Registered model alias {alias} not found.")
    return get_version(connection, name, model.aliases[alias])


def _check_free(connection: Connection, name: str) -> None:
    if connection.execute(select(models.c.name).where(models.c.name == name)).first():
        raise ConflictError(f"Registered Model (name={name}) already exists.")
