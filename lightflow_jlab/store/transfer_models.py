"""Logged and registered models of another database into this one; see `transfer`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import IntegrityError, StatementError

from lightflow_jlab.store import model_schema as tables
from lightflow_jlab.store import schema
from lightflow_jlab.store.sequence import next_seq
from lightflow_jlab.store.source import Row, Source

_OF_A_MODEL = (
    tables.logged_model_tags,
    tables.logged_model_params,
    tables.logged_model_metrics,
)
Relocate = Callable[[str], str]


def take_logged_models(
    connection: Connection, source: Source, experiments: dict[int, int]
) -> list[str]:
    """Take over the models that runs have logged; return the ids of those that were new.

    `experiments` gives this store's number for the source's.
    """
    new = []
    for row in source.all(tables.logged_models):
        values = {**row, "experiment_id": experiments.get(row["experiment_id"], 0)}
        if _add(connection, tables.logged_models, values, seq=True):
            new.append(row["model_id"])
        for table in _OF_A_MODEL:
            for part in source.where(table, "model_id", row["model_id"]):
                _add(connection, table, part)
    return new


def take_links(connection: Connection, source: Source, number_of: dict[int, int]) -> None:
    """Take over which models runs took in or gave out; `number_of` gives a run's number here."""
    for theirs, ours in number_of.items():
        for link in source.where(tables.run_models, "run", theirs):
            _add(connection, tables.run_models, {**link, "run": ours})


def take_registry(
    connection: Connection, source: Source, relocate: Relocate = lambda address: address
) -> list[str]:
    """Take over registered models; return what was new, as `name` or `name/version`.

    A version whose number is taken by another one gets the next free number.
    """
    new = []
    for model in source.all(tables.registered_models):
        name = model["name"]
        if _add(connection, tables.registered_models, model, seq=True):
            new.append(name)
        for tag in source.where(tables.registered_model_tags, "name", name):
            _add(connection, tables.registered_model_tags, tag)
        numbers: dict[int, int] = {}
        versions = source.where(tables.model_versions, "name", name)
        for version in sorted(versions, key=lambda row: row["version"]):
            known = _same_version(connection, version)
            if known is None:
                known = _add_version(connection, version, relocate)
                if known is None:
                    continue
                new.append(f"{name}/{known}")
            numbers[version["version"]] = known
            for tag in source.where(tables.model_version_tags, "name", name):
                if tag["version"] == version["version"]:
                    _add(connection, tables.model_version_tags, {**tag, "version": known})
        for alias in source.where(tables.model_aliases, "name", name):
            if alias["version"] in numbers:
                values = {**alias, "version": numbers[alias["version"]]}
                _add(connection, tables.model_aliases, values)
    return new


def _same_version(connection: Connection, version: Row) -> int | None:
    table = tables.model_versions
    return connection.execute(
        select(table.c.version)
        .where(
            table.c.name == version["name"],
            table.c.creation_time == version["creation_time"],
            table.c.source == version["source"],
            func.coalesce(table.c.run_id, "") == (version["run_id"] or ""),
        )
        .limit(1)
    ).scalar()


def _add_version(connection: Connection, version: Row, relocate: Relocate) -> int | None:
    table, models = tables.model_versions, tables.registered_models
    used = connection.execute(
        select(table.c.version).where(
            table.c.name == version["name"], table.c.version == version["version"]
        )
    ).scalar()
    free = connection.execute(
        select(func.max(models.c.next_version)).where(models.c.name == version["name"])
    ).scalar()
    highest = connection.execute(
        select(func.max(table.c.version)).where(table.c.name == version["name"])
    ).scalar()
    number = version["version"] if used is None else max(free or 1, (highest or 0) + 1)
    values = {**version, "version": number, "location": relocate(version["location"])}
    if not _add(connection, table, values, seq=True):
        return None
    connection.execute(
        update(models)
        .where(models.c.name == version["name"], models.c.next_version <= number)
        .values(next_version=number + 1)
    )
    return int(number)


def _add(connection: Connection, table: Table, row: dict[str, Any], *, seq: bool = False) -> bool:
    """Insert a row unless one of its name is there; tell whether it was new."""
    values = {**row, "seq": next_seq(connection)} if seq else row
    try:
        with connection.begin_nested():
            made = connection.execute(upsert(table).values(values).on_conflict_do_nothing())
    except (IntegrityError, StatementError):
        return False
    return bool(made.rowcount)


def take_tombstones(connection: Connection, source: Source) -> set[str]:
    """Take over which runs and experiments were deleted for good; return the ids of the runs."""
    gone = set()
    for row in source.all(schema.tombstones):
        _add(connection, schema.tombstones, row, seq=True)
        gone.add(row["run_id"])
    taken = set(connection.execute(select(schema.experiments.c.experiment_id)).scalars())
    for row in source.all(schema.removed_experiments):
        if row["experiment_id"] not in taken:
            _add(connection, schema.removed_experiments, row, seq=True)
    return gone


def take_offsets(connection: Connection, source: Source, writers: set[str]) -> None:
    """Take over up to where the logs of some writers were imported, and what was not understood."""
    for table in (schema.spool_segments, schema.unknown_records):
        for row in source.all(table):
            if row["writer_id"] in writers:
                connection.execute(insert(table).prefix_with("OR REPLACE").values(row))
