"""The trash: what is in it, how large it is, and emptying it for good.

Rows go first, in one transaction with the tombstone that tells followers of it; then the folder of
artifacts. Who is interrupted between the two leaves a folder whose run has a tombstone: the next
emptying removes it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, not_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.limits import RUN_ID
from lightflow_jlab.contract.rest import Trash, TrashedRun
from lightflow_jlab.store import schema
from lightflow_jlab.store.executions import remove_ledgers
from lightflow_jlab.store.experiment_numbers import note_removed
from lightflow_jlab.store.model_schema import logged_models, model_versions
from lightflow_jlab.store.sequence import current_seq, next_seq

RUNS_AT_ONCE = 50
Remove = Callable[[Path], None]

runs, experiments, run_writers = schema.runs, schema.experiments, schema.run_writers


def trash(connection: Connection, deleted_before: int | None = None) -> Trash:
    """Return the deleted runs, the last deleted first; `deleted_before` is in ms."""
    files, points = _artifact_bytes(), _point_bytes()
    query = (
        select(
            runs.c.run_id,
            runs.c.run_name,
            runs.c.experiment_id,
            runs.c.deleted_time,
            files.label("artifact_bytes"),
            points.label("point_bytes"),
            not_(_removable()).label("kept"),
        )
        .where(_deleted(deleted_before))
        .order_by(runs.c.deleted_time.desc(), runs.c.id.desc())
    )
    found = [
        TrashedRun(
            run_id=row["run_id"],
            run_name=row["run_name"],
            experiment_id=str(row["experiment_id"]),
            deleted_time=row["deleted_time"] or 0,
            artifact_bytes=row["artifact_bytes"],
            point_bytes=row["point_bytes"],
            kept=bool(row["kept"]),
        )
        for row in connection.execute(query).mappings()
    ]
    size_bytes = sum(run.artifact_bytes + run.point_bytes for run in found if not run.kept)
    return Trash(runs=found, size_bytes=size_bytes, seq=current_seq(connection))


def remove_some(
    connection: Connection, deleted_before: int | None, run_ids: list[str] | None = None
) -> list[str]:
    """Remove the rows of some deleted runs and write their tombstones; return their ids.

    With `run_ids` of those only.
    """
    chosen = select(runs.c.id, runs.c.run_id).where(_deleted(deleted_before), _removable())
    if run_ids is not None:
        chosen = chosen.where(runs.c.run_id.in_(run_ids))
    found = connection.execute(chosen.limit(RUNS_AT_ONCE)).all()
    if not found:
        return []
    seq = next_seq(connection)
    connection.execute(
        upsert(schema.tombstones).on_conflict_do_nothing(),
        [{"run_id": run_id, "seq": seq} for _, run_id in found],
    )
    numbers = [number for number, _ in found]
    writing = select(run_writers.c.writer_id).where(run_writers.c.run.in_(numbers)).distinct()
    writers = list(connection.execute(writing).scalars())
    connection.execute(delete(runs).where(runs.c.id.in_(numbers)))
    remove_ledgers(connection, writers)
    used = schema.run_documents.c.digest
    connection.execute(
        delete(schema.documents).where(
            not_(exists(select(used).where(used == schema.documents.c.digest)))
        )
    )
    return [run_id for _, run_id in found]


def remove_empty_experiments(connection: Connection) -> None:
    """Remove deleted experiments that nothing belongs to any more."""
    number = experiments.c.experiment_id
    gone = list(connection.execute(select(number).where(_unused())).scalars())
    tags = schema.experiment_tags
    connection.execute(delete(tags).where(tags.c.experiment_id.in_(gone)))
    connection.execute(delete(experiments).where(number.in_(gone)))
    note_removed(connection, gone)


def removed_run_ids(connection: Connection) -> list[str]:
    return list(connection.execute(select(schema.tombstones.c.run_id)).scalars())


def remove_folders(store: Path, run_ids: Iterable[str], remove: Remove = shutil.rmtree) -> None:
    """Remove what is left of the artifacts of runs that are gone."""
    for run_id in run_ids:
        folder = artifact_folder(store, run_id)
        if RUN_ID.fullmatch(run_id) and folder.is_dir() and not folder.is_symlink():
            remove(folder)


def _deleted(deleted_before: int | None) -> ColumnElement[bool]:
    deleted = runs.c.lifecycle_stage == "deleted"
    if deleted_before is None:
        return deleted
    return and_(deleted, func.coalesce(runs.c.deleted_time, 0) < deleted_before)


def _removable() -> ColumnElement[bool]:
    """A run that still logs would come back; a registered model needs its run's files."""
    registered = exists().where(model_versions.c.run_id == runs.c.run_id)
    return and_(runs.c.status != "RUNNING", not_(registered))


def _unused() -> ColumnElement[bool]:
    number = experiments.c.experiment_id
    return and_(
        experiments.c.lifecycle_stage == "deleted",
        number != 0,
        not_(exists().where(runs.c.experiment_id == number)),
        not_(exists().where(logged_models.c.experiment_id == number)),
    )


def _artifact_bytes() -> ColumnElement[int]:
    table = schema.artifacts.c
    total = func.coalesce(func.sum(table.size_bytes), 0)
    return select(total).where(table.run == runs.c.id).scalar_subquery()


def _point_bytes() -> ColumnElement[int]:
    total = func.coalesce(func.sum(func.length(schema.chunks.c.points)), 0)
    joined = select(total).select_from(schema.chunks.join(schema.metrics))
    return joined.where(schema.metrics.c.run == runs.c.id).scalar_subquery()
