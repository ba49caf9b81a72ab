"""Taking in runs and models that another tracker recorded. Doing it again changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.ingest import Ingest
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.recording import (
    ActiveRun,
    distinct,
    fresh_points,
    in_order,
    typed_param,
)
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
    models_in: Sequence[str] = ()
    models_out: Sequence[tuple[str, int]] = ()
    """Ids of logged models with their step."""
    error_type: str | None = None
    error_message: str | None = None


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


def adopt_runs(
    connection: Connection, found: Sequence[tuple[FoundRun, Sequence[FoundFile]]]
) -> int:
    """Take runs in, or what is new of them, with files that are whole in their folders.

    A run that was deleted for good here stays so. Returns how many are new.
    """
    ids = [run.run_id for run, _ in found]
    known = _numbers(connection, ids)
    ingest = Ingest(connection, ties="value")
    ingest.look_up(ids)
    experiments: dict[str, str | None] = {}
    for run, files in found:
        number = known.get(run.run_id)
        if number is None:
            if run.experiment not in experiments:
                experiments[run.experiment] = _experiment_id(connection, run.experiment)
            ingest.start_run(_start(run, experiments[run.experiment]), "")
        ingest.set_tags(Tags(run.run_id, dict(run.tags)))
        params = [typed_param(key, text) for key, text in run.params.items()]
        ingest.set_params(Params(run.run_id, params))
        ends = _ends(connection, number) if number is not None else {}
        for key, columns in run.points.items():
            new = _new_points(connection, number, key, columns, ends)
            if len(new.steps):
                ingest.add_points(run.run_id, key, new)
        for file in files:
            ingest.add_artifact(
                ArtifactRecord(
                    run.run_id, file.path, file.size_bytes, file.media_type, now_milliseconds()
                )
            )
    ingest.finish()
    numbers = _numbers(connection, ids)
    for run, _ in found:
        if run.run_id in numbers:
            _settle(connection, numbers[run.run_id], run)
    return len(numbers) - len(known)


def _new_points(
    connection: Connection,
    number: int | None,
    key: str,
    columns: Columns,
    ends: dict[str, tuple[int, int, int]],
) -> Columns:
    history = distinct(in_order(columns))
    if number is None or not len(history.steps):
        return history
    # As many points with the same end are the same history: nothing has to be read.
    if ends.get(key) == (len(history.steps), history.steps[-1], history.times[-1]):
        return history.part(slice(0, 0))
    return fresh_points(connection, number, key, history)


def _ends(connection: Connection, number: int) -> dict[str, tuple[int, int, int]]:
    """Return count, last step and last time of a run's metrics."""
    table = schema.metrics
    query = select(table.c.key, table.c.count, table.c.last_step, table.c.last_time)
    rows = connection.execute(query.where(table.c.run == number))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _settle(connection: Connection, number: int, run: FoundRun) -> None:
    """Write how a run ended, and what it took in and gave out."""
    row = connection.execute(
        update(schema.runs)
        .where(schema.runs.c.id == number)
        .values(
            status=run.status,
            end_time=run.end_time,
            error_type=run.error_type,
            error_message=run.error_message,
            lifecycle_stage="deleted" if run.deleted else "active",
            deleted_time=now_milliseconds() if run.deleted else None,
            seq=next_seq(connection),
        )
        .returning(schema.runs.c.experiment_id)
    ).scalar_one()
    there = ActiveRun(number, row)
    run_inputs.keep_datasets(connection, there, run.datasets)
    run_inputs.keep_models(connection, there, "input", [(one, 0) for one in run.models_in])
    run_inputs.keep_models(connection, there, "output", run.models_out)


def _numbers(connection: Connection, ids: list[str]) -> dict[str, int]:
    table = schema.runs
    query = select(table.c.run_id, table.c.id).where(table.c.run_id.in_(ids))
    return {row.run_id: row.id for row in connection.execute(query)}


def _experiment_id(connection: Connection, name: str) -> str | None:
    table = schema.experiments
    query = select(table.c.experiment_id).where(table.c.name == name)
    number = connection.execute(query).scalar()
    return None if number is None else str(number)


def _start(run: FoundRun, experiment_id: str | None) -> RunStart:
    return RunStart(
        run_id=run.run_id,
        experiment_name=run.experiment,
        # Named by its id, so that an experiment in the trash stays there.
        experiment_id=experiment_id,
        run_name=run.name,
        start_time=run.start_time,
        user_id=run.user,
        process=Process(host="", boot_id="", pid=0, start_time=0.0),
        source_type="",
    )


def columns_of(points: Sequence[tuple[int, float | None, int]]) -> Columns:
    """Return points given as (step, value, time in ms) as columns; None is NaN."""
    steps, values, times = zip(*points, strict=True) if points else ((), (), ())
    return Columns(
        np.array(steps, np.int64), np.array(values, np.float64), np.array(times, np.int64)
    )
