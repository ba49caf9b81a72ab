"""Experiments and runs by their id or name."""

from __future__ import annotations

from sqlalchemy import Connection, select

from lightflow_jlab.contract.rest import Experiment, Run, RunDetail
from lightflow_jlab.contract.scalars import View
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import commands, contents, schema
from lightflow_jlab.store.assemble import assemble_experiments, assemble_runs


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
        documents=contents.document_infos(connection, run_id),
        artifact_count=count,
        artifact_bytes=size_bytes,
    )
