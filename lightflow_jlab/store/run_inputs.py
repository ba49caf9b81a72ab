"""What runs took in and gave out: recording it, and which datasets experiments used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlalchemy import Connection, and_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.store import schema
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.model_schema import run_models
from lightflow_jlab.store.recording import ActiveRun, active_run, touch_run
from lightflow_jlab.store.run_datasets import put_datasets
from lightflow_jlab.store.run_tags import CONTEXT_TAG

MAX_SUMMARIES = 1000
Direction = Literal["input", "output"]


def add_datasets(connection: Connection, run_id: str, datasets: list[UsedDataset]) -> None:
    """Record what an active run used, see `keep_datasets`."""
    keep_datasets(connection, active_run(connection, run_id), datasets)


def keep_datasets(connection: Connection, run: ActiveRun, datasets: list[UsedDataset]) -> None:
    """Record what a run used. A dataset is known by name and digest; the first use of it stays."""
    put_datasets(connection, run.number, run.experiment_id, datasets)
    touch_run(connection, run)


def add_models(
    connection: Connection,
    run_id: str,
    direction: Direction,
    models: list[tuple[str, int]],
) -> None:
    """Record models, by id and step, that an active run took in or gave out."""
    keep_models(connection, active_run(connection, run_id), direction, models)


def keep_models(
    connection: Connection, run: ActiveRun, direction: Direction, models: Sequence[tuple[str, int]]
) -> None:
    for model_id, step in models:
        connection.execute(
            upsert(run_models)
            .values(run=run.number, direction=direction, model_id=model_id, step=step)
            .on_conflict_do_nothing()
        )
    touch_run(connection, run)


class DatasetUse(NamedTuple):
    experiment_id: int
    name: str
    digest: str
    context: str | None


def used_datasets(connection: Connection, experiment_ids: list[str]) -> list[DatasetUse]:
    """Return what the runs of some experiments used, each once."""
    known, used, tags = schema.datasets, schema.run_datasets, schema.run_dataset_tags
    query = (
        select(known.c.experiment_id, known.c.name, known.c.digest, tags.c.value)
        .join(used, used.c.dataset == known.c.id)
        .outerjoin(
            tags,
            and_(
                tags.c.run == used.c.run,
                tags.c.dataset == used.c.dataset,
                tags.c.key == CONTEXT_TAG,
            ),
        )
        .where(known.c.experiment_id.in_([int(one) for one in experiment_ids if one.isdecimal()]))
        .distinct()
        .order_by(known.c.experiment_id, known.c.name, known.c.digest)
        .limit(MAX_SUMMARIES)
    )
    return [DatasetUse(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]
