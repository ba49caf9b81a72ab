"""Experiments and runs by their id or name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from lightflow_jlab.contract.changes import RunChanges
from lightflow_jlab.contract.contents import Dataset, RunDetail
from lightflow_jlab.contract.rest import Experiment, Run
from lightflow_jlab.contract.scalars import View
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import commands, contents, schema
from lightflow_jlab.store.assemble import assemble_experiments, assemble_runs
from lightflow_jlab.store.attempt import shape_text
from lightflow_jlab.store.attempts import attempt_of, earlier_attempts, leading_metric_of
from lightflow_jlab.store.changes import changes_of
from lightflow_jlab.store.logged_runs import UsedDataset, datasets_of
from lightflow_jlab.store.run_tags import CONTEXT_TAG


def store_id_of(connection: Connection) -> str:
    query = select(schema.meta.c.value).where(schema.meta.c.key == "store_id")
    return str(connection.execute(query).scalar_one())


def experiments(connection: Connection, view: View) -> list[Experiment]:
    table = schema.experiments
    query = select(table).order_by(table.c.last_update_time.desc(), table.c.experiment_id.desc())
    if view != "all":
        query = query.where(table.c.lifecycle_stage == view)
    return assemble_experiments(connection, connection.execute(query).mappings().all())


def experiment(connection: Connection, experiment_id: str) -> Experiment:
    number = commands.experiment_number(connection, experiment_id)
    query = select(schema.experiments).where(schema.experiments.c.experiment_id == number)
    return assemble_experiments(connection, connection.execute(query).mappings().all())[0]


def experiment_by_name(connection: Connection, name: str) -> Experiment | None:
    query = select(schema.experiments).where(schema.experiments.c.name == name)
    found = assemble_experiments(connection, connection.execute(query).mappings().all())
    return found[0] if found else None


def run(connection: Connection, run_id: str) -> Run:
    query = select(schema.runs).where(schema.runs.c.run_id == run_id)
    found = assemble_runs(connection, connection.execute(query).mappings().all())
    if not found:
        raise NotFoundError(f"There is no run with the id {run_id!r}.")
    return found[0]


def run_detail(connection: Connection, run_id: str) -> RunDetail:
    count, size_bytes = contents.artifact_totals(connection, run_id)
    return RunDetail(
        run=run(connection, run_id),
        datasets=_datasets(connection, run_id),
        documents=contents.document_infos(connection, run_id),
        artifact_count=count,
        artifact_bytes=size_bytes,
    )


def _datasets(connection: Connection, run_id: str) -> list[Dataset]:
    number, _ = commands.run_number(connection, run_id)
    return [shown_dataset(used) for used in datasets_of(connection, [number])[number]]


def shown_dataset(used: UsedDataset) -> Dataset:
    return Dataset(
        name=used.name,
        digest=used.digest,
        context=used.tags.get(CONTEXT_TAG, ""),
        shape=shape_text(used.profile),
        source=used.source,
        schema=used.schema,
    )


def run_changes(connection: Connection, run_id: str) -> RunChanges:
    found = run(connection, run_id)
    database: Any = connection.connection.driver_connection
    leading = leading_metric_of(database, run_id)
    earlier = earlier_attempts(database, found.source_name, found.cell_id, run_id, leading)
    return changes_of(attempt_of(database, run_id), leading, earlier)
