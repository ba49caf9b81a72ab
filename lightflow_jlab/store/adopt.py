"""Taking in runs and models that another tracker recorded. Doing it again changes nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select, update

from lightflow_jlab.contract.records import (
    ArtifactRecord,
    ExperimentRecord,
    Params,
    Process,
    RunStart,
    Tags,
)
from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.store import run_inputs, schema
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.ingest import Ingest
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.recording import fresh_points, typed_param
from lightflow_jlab.store.sequence import next_seq


class FoundExperiment(NamedTuple):
    name: str
    description: str
    tags: Mapping[str, str]
    deleted: bool


class FoundRun(NamedTuple):
    run_id: str
    """32 hex digits, the same each time: by it the run is known again."""
    experiment: str
    """Its name."""
    name: str
    user: str
    status: RunStatus
    start_time: int
    end_time: int | None
    deleted: bool
    params: Mapping[str, str]
    tags: Mapping[str, str]
    points: Mapping[str, Columns]
    datasets: list[UsedDataset]


class FoundFile(NamedTuple):
    path: str
    size_bytes: int
    media_type: str


def adopt_experiment(connection: Connection, found: FoundExperiment) -> None:
    """Take an experiment in by its name. What is said of it here already stays."""
    ingest = Ingest(connection)
    table = schema.experiments
    known = connection.execute(select(table.c.name).where(table.c.name == found.name)).first()
    if known is None:
        ingest.put_experiment(ExperimentRecord(found.name, found.description, {**found.tags}))
        if found.deleted:
            connection.execute(
                update(table).where(table.c.name == found.name).values(lifecycle_stage="deleted")
            )
    ingest.finish()


def adopt_run(connection: Connection, run: FoundRun) -> bool:
    """Take a run in, or what is new of it; return whether it was new."""
    table = schema.runs
    row = connection.execute(select(table.c.id).where(table.c.run_id == run.run_id)).first()
    ingest = Ingest(connection, ties="value")
    if row is None:
        ingest.start_run(_start(connection, run), "")
    ingest.set_tags(Tags(run.run_id, dict(run.tags)))
    ingest.set_params(Params(run.run_id, [typed_param(k, v) for k, v in run.params.items()]))
    number = connection.execute(select(table.c.id).where(table.c.run_id == run.run_id)).scalar_one()
    for key, columns in run.points.items():
        if not len(columns.steps):
            continue
        new = fresh_points(connection, number, key, columns)
        if len(new.steps):
            ingest.add_points(run.run_id, key, new)
    ingest.finish()
    if run.datasets:
        run_inputs.add_datasets(connection, run.run_id, run.datasets)
    connection.execute(
        update(table)
        .where(table.c.id == number)
        .values(
            status=run.status,
            end_time=run.end_time,
            lifecycle_stage="deleted" if run.deleted else "active",
            deleted_time=_now() if run.deleted else None,
            seq=next_seq(connection),
        )
    )
    return row is None


def adopt_files(connection: Connection, run_id: str, files: list[FoundFile]) -> None:
    """Record files that are whole in a run's folder."""
    ingest = Ingest(connection)
    for file in files:
        ingest.add_artifact(
            ArtifactRecord(run_id, file.path, file.size_bytes, file.media_type, _now())
        )
    ingest.finish()


def columns_of(points: list[tuple[int, float, int]]) -> Columns:
    """Return points given as (step, value, time in ms) as columns."""
    steps, values, times = zip(*points, strict=True) if points else ((), (), ())
    return Columns(
        np.array(steps, np.int64), np.array(values, np.float64), np.array(times, np.int64)
    )


def _start(connection: Connection, run: FoundRun) -> RunStart:
    table = schema.experiments
    # Named by its id, so that an experiment in the trash stays there.
    number = connection.execute(
        select(table.c.experiment_id).where(table.c.name == run.experiment)
    ).scalar()
    return RunStart(
        run_id=run.run_id,
        experiment_name=run.experiment,
        experiment_id=None if number is None else str(number),
        run_name=run.name,
        start_time=run.start_time,
        user_id=run.user,
        process=Process(host="", boot_id="", pid=0, start_time=0.0),
        source_type="",
    )


def _now() -> int:
    return time.time_ns() // 1_000_000
