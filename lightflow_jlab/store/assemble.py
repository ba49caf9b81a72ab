"""Rows as the structs of the contract."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from lightflow_jlab.contract.rest import Experiment, Metric, Param, Run, RunError
from lightflow_jlab.contract.scalars import (
    MAX_SAFE_INTEGER,
    Number,
    Origin,
    ParamType,
    encode_number,
)
from lightflow_jlab.store import schema

T = TypeVar("T")

_PARAMS = [schema.params.c[name] for name in "run key text type origin".split()]
_TAGS = [schema.tags.c[name] for name in "run key value".split()]
_METRICS = [
    schema.metrics.c[name]
    for name in (
        "run key count first last last_step last_time min min_step max max_step origin".split()
    )
]
_IN_LIMIT = 900
"""How many values one `IN` takes: SQLite's oldest limit on bound values is 999."""


def assemble_runs(connection: Connection, rows: Sequence[RowMapping]) -> list[Run]:
    """Return the runs of rows of `schema.runs`, in their order, with all that belongs to them."""
    numbers = [row["id"] for row in rows]
    params = _grouped(connection, _PARAMS, numbers)
    tags = _grouped(connection, _TAGS, numbers)
    metrics = _grouped(connection, _METRICS, numbers)
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
            params=[param_of(*param) for param in params[row["id"]]],
            metrics=[_metric(*metric) for metric in metrics[row["id"]]],
            tags=dict(tags[row["id"]]),
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
    for some in slices(numbers):
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
    connection: Connection, columns: Sequence[ColumnElement[Any]], numbers: Sequence[int]
) -> dict[int, list[tuple[Any, ...]]]:
    """Return what stands in the columns behind the first, by the run that stands in the first."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    query = select(*columns).order_by(*columns[:2])
    for some in slices(numbers):
        for run, *rest in connection.execute(query.where(columns[0].in_(some))).all():
            found[run].append(tuple(rest))
    return found


def slices(items: Sequence[T], values_each: int = 1) -> Iterable[Sequence[T]]:
    """Return the items in parts, each short enough for one `IN`."""
    size = _IN_LIMIT // values_each
    return (items[start : start + size] for start in range(0, len(items), size))


def param_of(key: str, text: str, kind: ParamType, origin: Origin) -> Param:
    """Return a param from its text; what JavaScript's numbers can't hold stays text."""
    value: bool | int | float | str | None = None if kind == "none" else text
    if kind == "bool":
        value = text == "True"
    elif kind == "int" and abs(int(text)) <= MAX_SAFE_INTEGER:
        value = int(text)
    elif kind == "float" and math.isfinite(float(text)):
        value = float(text)
    return Param(key, value, kind, origin)


def _metric(
    key: str,
    count: int,
    first: float | None,
    last: float | None,
    last_step: int,
    last_time: int,
    least: float | None,
    min_step: int,
    greatest: float | None,
    max_step: int,
    origin: Origin,
) -> Metric:
    return Metric(
        key=key,
        count=count,
        first=_number(first),
        last=_number(last),
        last_step=last_step,
        last_time=last_time,
        min=None if least is None else encode_number(least),
        min_step=min_step,
        max=None if greatest is None else encode_number(greatest),
        max_step=max_step,
        origin=origin,
    )


def _number(value: float | None) -> Number:
    return "NaN" if value is None else encode_number(value)
