"""Writing which datasets a run used, whoever says so: its own log, or an MLflow client."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.store import schema
from lightflow_jlab.store.logged_runs import UsedDataset


def put_datasets(
    connection: Connection, number: int, experiment_id: int, datasets: Iterable[UsedDataset]
) -> None:
    """Record what the run of this number used; the first use of a name and digest stays."""
    for dataset in datasets:
        used = _dataset(connection, experiment_id, dataset)
        made = connection.execute(
            upsert(schema.run_datasets).values(run=number, dataset=used).on_conflict_do_nothing()
        )
        if made.rowcount and dataset.tags:
            rows = [
                {"run": number, "dataset": used, "key": key, "value": value}
                for key, value in dataset.tags.items()
            ]
            connection.execute(insert(schema.run_dataset_tags), rows)


def _dataset(connection: Connection, experiment_id: int, dataset: UsedDataset) -> int:
    table = schema.datasets
    connection.execute(
        upsert(table)
        .values(
            experiment_id=experiment_id,
            name=dataset.name,
            digest=dataset.digest,
            source_type=dataset.source_type,
            source=dataset.source,
            schema=dataset.schema,
            profile=dataset.profile,
        )
        .on_conflict_do_nothing()
    )
    query = select(table.c.id).where(
        table.c.experiment_id == experiment_id,
        table.c.name == dataset.name,
        table.c.digest == dataset.digest,
    )
    return int(connection.execute(query).scalar_one())
