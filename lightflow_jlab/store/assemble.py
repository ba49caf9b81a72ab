"""Rows as the structs of the contract."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from lightflow_jlab.contract.rest import Experiment, Metric, Param, Run, RunError
from lightflow_jlab.contract.scalars import MAX_SAFE_INTEGER, Number, encode_number
from lightflow_jlab.store import schema

_IN_LIMIT = 900
"""How many values one `IN` takes: SQLite's oldest limit on bound values is 999."""


def assemble_runs(connection: Connection, rows: Sequence[RowMapping]) -> list[Run]:
    """Return the runs of rows of `schema.runs`, in their order, with all that belongs to them."""
    numbers = [row["id"] for row in rows]
    params = _grouped(connection, schema.params, numbers)
    tags = _grouped(connection, schema.tags, numbers)
    metrics = _grouped(connection, schema.metrics, numbers)
    return [
        Run(
            run_id=row["run_id"],
            run_name=row["run_name"],
            experiment_id=str(row["experiment_id"]),
            status=row["status"],
            start_time=row["start_time"],
            end_time=row["end_time"],
            lifecycle_stage=row["lifecycle_stage"],
            user_id=row["user_id"],
            source_type=row["source_type"],
            source_name=row["source_name"],
            cell_id=row["cell_id"],
            attempt=row["attempt"],
            parent_run_id=row["parent_run_id"],
            note=row["note"],
            error=(
                RunError(row["error_type"], row["error_message"] or "")
                if row["error_type"]
                else None
            ),
            params=[_param(param) for param in params[row["id"]]],
            metrics=[_metric(metric) for metric in metrics[row["id"]]],
            tags={tag["key"]: tag["value"] for tag in tags[row["id"]]},
            dropped=row["dropped"],
            seq=row["seq"],
        )
        for row in rows
    ]


def assemble_experiments(connection: Connection, rows: Sequence[RowMapping]) -> list[Experiment]:
    """Return the experiments of rows of `schema.experiments`, in their order."""
    numbers = [row["experiment_id"] for row in rows]
    runs = schema.runs
    counts: dict[int, int] = {}
    tags: dict[int, dict[str, str]] = defaultdict(dict)
    for some in _slices(numbers):
        counted = connection.execute(
            select(runs.c.experiment_id, func.count())
            .where(runs.c.experiment_id.in_(some), runs.c.lifecycle_stage == "active")
            .group_by(runs.c.experiment_id)
        )
        counts.update((row[0], row[1]) for row in counted)
        tagged = select(schema.experiment_tags).where(
            schema.experiment_tags.c.experiment_id.in_(some)
        )
        for row in connection.execute(tagged).mappings():
            tags[row["experiment_id"]][row["key"]] = row["value"]
    return [
        Experiment(
            experiment_id=str(row["experiment_id"]),
            name=row["name"],
            description=row["description"],
            lifecycle_stage=row["lifecycle_stage"],
            creation_time=row["creation_time"],
            last_update_time=row["last_update_time"],
            run_count=counts.get(row["experiment_id"], 0),
            tags=tags[row["experiment_id"]],
            seq=row["seq"],
        )
        for row in rows
    ]


def _grouped(
    connection: Connection, table: Any, numbers: Sequence[int]
) -> dict[int, list[RowMapping]]:
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for some in _slices(numbers):
        query = select(table).where(table.c.run.in_(some)).order_by(table.c.run, table.c.key)
        for row in connection.execute(query).mappings():
            found[row["run"]].append(row)
    return found


def _slices(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _IN_LIMIT] for start in range(0, len(numbers), _IN_LIMIT))


def _param(row: RowMapping) -> Param:
    text, kind = row["text"], row["type"]
    value: bool | int | float | str | None = None if kind == "none" else text
    if kind == "bool":
        value = text == "True"
    elif kind == "int" and abs(int(text)) <= MAX_SAFE_INTEGER:
        value = int(text)
    elif kind == "float" and math.isfinite(float(text)):
        value = float(text)
    return Param(key=row["key"], value=value, type=kind, origin=row["origin"])


def _metric(row: RowMapping) -> Metric:
    return Metric(
        key=row["key"],
        count=row["count"],
        first=_number(row["first"]),
        last=_number(row["last"]),
        last_step=row["last_step"],
        last_time=row["last_time"],
        min=None if row["min"] is None else encode_number(row["min"]),
        min_step=row["min_step"],
        max=None if row["max"] is None else encode_number(row["max"]),
        max_step=row["max_step"],
        origin=row["origin"],
    )


def _number(value: float | None) -> Number:
    return "NaN" if value is None else encode_number(value)
