"""One change of many runs: all of it or nothing, in one transaction."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET
from sqlalchemy import Connection, select, update

from lightflow_jlab.contract.rest import RunsChanged, RunsPatch
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import schema
from lightflow_jlab.store.assemble import slices
from lightflow_jlab.store.clock import now_milliseconds
from lightflow_jlab.store.commands import apply_tags, touch_experiment
from lightflow_jlab.store.sequence import next_seq

runs = schema.runs


def update_runs(connection: Connection, patch: RunsPatch) -> RunsChanged:
    """Change the runs and return what their tags were. Raises `NotFoundError`."""
    numbers = _numbers(connection, patch.run_ids)
    former: dict[str, dict[str, str | None]] = {}
    values: dict[str, Any] = {"seq": next_seq(connection)}
    if patch.tags is not UNSET:
        former = _tags(connection, numbers, list(patch.tags))
        for number in numbers.values():
            apply_tags(connection, schema.tags, {"run": number}, patch.tags)
    if patch.lifecycle_stage is not UNSET:
        deleted = patch.lifecycle_stage == "deleted"
        values["lifecycle_stage"] = patch.lifecycle_stage
        values["deleted_time"] = now_milliseconds() if deleted else None
    for some in slices(list(numbers.values())):
        connection.execute(update(runs).where(runs.c.id.in_(some)).values(values))
    if patch.lifecycle_stage is not UNSET:
        for experiment in _experiments(connection, list(numbers.values())):
            touch_experiment(connection, experiment)
    return RunsChanged(run_count=len(numbers), former_tags=former)


def _numbers(connection: Connection, run_ids: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in slices(run_ids):
        rows = connection.execute(select(runs.c.run_id, runs.c.id).where(runs.c.run_id.in_(some)))
        found.update((run_id, number) for run_id, number in rows)
    missing = [run_id for run_id in run_ids if run_id not in found]
    if missing:
        raise NotFoundError(
            f"There is no run with the id {missing[0]!r}"
            + (f", nor with {len(missing) - 1} others" if len(missing) > 1 else "")
            + ". Nothing was changed."
        )
    return found


def _tags(
    connection: Connection, numbers: dict[str, int], keys: list[str]
) -> dict[str, dict[str, str | None]]:
    table = schema.tags
    found: dict[str, dict[str, str | None]] = {run_id: dict.fromkeys(keys) for run_id in numbers}
    ids = {number: run_id for run_id, number in numbers.items()}
    for some in slices(list(ids), values_each=2):
        rows = connection.execute(
            select(table.c.run, table.c.key, table.c.value).where(table.c.run.in_(some))
        )
        for number, key, value in rows:
            if key in found[ids[number]]:
                found[ids[number]][key] = value
    return found


def _experiments(connection: Connection, numbers: list[int]) -> set[int]:
    return {
        experiment
        for some in slices(numbers)
        for experiment in connection.execute(
            select(runs.c.experiment_id).where(runs.c.id.in_(some)).distinct()
        ).scalars()
    }
