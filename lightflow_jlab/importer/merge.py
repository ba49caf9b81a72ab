"""Another store's runs and models into this one, by their ids. What is there is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from lightflow_jlab.config.locations import artifact_folder, model_folder
from lightflow_jlab.config.private_files import copy_private_tree
from lightflow_jlab.importer.waiting import live_segments
from lightflow_jlab.store import schema
from lightflow_jlab.store.migrate import readable_database
from lightflow_jlab.store.source import Row, Source
from lightflow_jlab.store.store import Store
from lightflow_jlab.store.transfer import Transfer
from lightflow_jlab.store.transfer_models import take_links, take_logged_models, take_registry

ARTIFACTS = "mlflow-artifacts:/"


@dataclass
class Merged:
    """What came, or would come."""

    runs: list[str] = field(default_factory=list)
    """Ids of those that are new."""
    known: int = 0
    """Runs that are there already, and were kept as they are."""
    removed: int = 0
    """Runs that were deleted here for good, and stay so."""
    experiments: int = 0
    models: list[str] = field(default_factory=list)
    """Logged models by id; registered models and their versions by name."""
    artifact_bytes: int = 0
    waiting: int = 0
    """Log files of the other store that are not imported there."""
    lost: int = 0


def merge(
    store: Store, other: Path, *, tell: Callable[[int, int], None] = lambda done, of: None
) -> Merged:
    """Take over what another store has; `tell` hears how many runs of how many are done.

    The other store is only read. Broken off, it goes on when it is called again: a run comes in
    one transaction, after its files.
    """
    source = Source(readable_database(other))
    try:
        transfer, done = Transfer(source), Merged(waiting=len(live_segments(other)))
        new = _new_runs(store, source, done)
        done.experiments = store.change(transfer.take_experiments)
        store.change(transfer.take_datasets)
        store.change(transfer.take_views)
        store.change(transfer.take_ledgers)
        for number, row in enumerate(new):
            tell(number, len(new))
            done.artifact_bytes += _copy_folder(
                artifact_folder(other, row["run_id"]), artifact_folder(store.folder, row["run_id"])
            )
            if store.change(transfer.add_run, row):
                done.runs.append(row["run_id"])
        tell(len(new), len(new))
        _take_models(store, other, transfer, done)
        done.lost = transfer.lost
    finally:
        source.close()
    return done


def rehearse(store: Store, other: Path) -> Merged:
    """Return what `merge` would take over of runs, without changing anything."""
    source = Source(readable_database(other))
    try:
        done = Merged(waiting=len(live_segments(other)))
        done.runs = [row["run_id"] for row in _new_runs(store, source, done)]
        names = {experiment.name for experiment in store.experiments("all")}
        rows = source.all(schema.experiments)
        done.experiments = sum(row["name"] not in names for row in rows)
    finally:
        source.close()
    return done


def _new_runs(store: Store, source: Source, done: Merged) -> list[Row]:
    known, removed = store.ask(_ids)
    rows = []
    for row in Transfer(source).run_rows():
        if row["run_id"] in known:
            done.known += 1
        elif row["run_id"] in removed:
            done.removed += 1
        else:
            rows.append(row)
    return rows


def _take_models(store: Store, other: Path, transfer: Transfer, done: Merged) -> None:
    source = transfer.source
    logged = store.change(take_logged_models, source, transfer.experiments)
    for model_id in logged:
        done.artifact_bytes += _copy_folder(
            model_folder(other, model_id), model_folder(store.folder, model_id)
        )
    came = set(done.runs)
    theirs = {row["run_id"]: row["id"] for row in Transfer(source).run_rows()}
    ours = {run_id: number for run_id, number in store.ask(_numbers) if run_id in came}
    links = {theirs[run_id]: number for run_id, number in ours.items()}
    store.change(take_links, source, links)
    done.models = logged + store.change(
        take_registry, source, lambda address: _relocated(address, transfer.experiments)
    )


def _relocated(address: str, experiments: dict[int, int]) -> str:
    """Return where a version's files are here: their address begins with the experiment's id."""
    number, slash, rest = address.removeprefix(ARTIFACTS).partition("/")
    if not address.startswith(ARTIFACTS) or not number.isdecimal():
        return address
    return f"{ARTIFACTS}{experiments.get(int(number), int(number))}{slash}{rest}"


def _copy_folder(source: Path, target: Path) -> int:
    if not source.is_dir() or source.is_symlink():
        return 0
    return copy_private_tree(source, target)


def _ids(connection: Connection) -> tuple[set[str], set[str]]:
    known = connection.execute(select(schema.runs.c.run_id)).scalars()
    return set(known), set(connection.execute(select(schema.tombstones.c.run_id)).scalars())


def _numbers(connection: Connection) -> list[tuple[str, int]]:
    rows = connection.execute(select(schema.runs.c.run_id, schema.runs.c.id))
    return [(row[0], row[1]) for row in rows]
