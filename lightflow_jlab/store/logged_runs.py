"""Runs as they were logged: params as text, all tags, what they took in and gave out.

The browser's view is in `assemble`; here nothing is summarised but metrics, to their last point.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, select

from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import schema
from lightflow_jlab.store.model_schema import run_models
from lightflow_jlab.store.run_tags import tags_of_columns

_IN_LIMIT = 900


class LastPoint(NamedTuple):
    key: str
    value: float | None
    """None is NaN."""
    time: int
    step: int


class UsedDataset(NamedTuple):
    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    profile: str | None
    tags: dict[str, str]


class LoggedRun(NamedTuple):
    row: RowMapping
    """Of `schema.runs`."""
    metrics: list[LastPoint]
    params: dict[str, str]
    tags: dict[str, str]
    datasets: list[UsedDataset]
    models_in: list[str]
    models_out: list[tuple[str, int]]
    """Ids with their step."""


def logged_run(connection: Connection, run_id: str) -> LoggedRun:
    """Raises `NotFoundError`."""
    query = select(schema.runs).where(schema.runs.c.run_id == run_id)
    rows = connection.execute(query).mappings().all()
    if not rows:
        raise NotFoundError(f"Run with id={run_id} not found")
    return logged_runs(connection, rows)[0]


def logged_runs(connection: Connection, rows: Sequence[RowMapping]) -> list[LoggedRun]:
    """Return the runs of rows of `schema.runs`, in their order."""
    numbers = [row["id"] for row in rows]
    m, p, t = schema.metrics, schema.params, schema.tags
    metrics = _grouped(
        connection, (m.c.run, m.c.key, m.c.last, m.c.last_time, m.c.last_step), numbers
    )
    params = _grouped(connection, (p.c.run, p.c.key, p.c.text), numbers)
    tags = _grouped(connection, (t.c.run, t.c.key, t.c.value), numbers)
    datasets = datasets_of(connection, numbers)
    models = _grouped(
        connection,
        (run_models.c.run, run_models.c.direction, run_models.c.model_id, run_models.c.step),
        numbers,
    )
    return [
        LoggedRun(
            row=row,
            metrics=[LastPoint(*one[1:]) for one in metrics[row["id"]]],
            params={key: text or "" for _, key, text in params[row["id"]]},
            tags=tags_of_columns(row) | {key: value for _, key, value in tags[row["id"]]},
            datasets=datasets[row["id"]],
            models_in=[one[2] for one in models[row["id"]] if one[1] == "input"],
            models_out=[(one[2], one[3]) for one in models[row["id"]] if one[1] == "output"],
        )
        for row in rows
    ]


def datasets_of(connection: Connection, numbers: list[int]) -> dict[int, list[UsedDataset]]:
    """Return what some runs used, by the runs' numbers."""
    used, known, tags = schema.run_datasets, schema.datasets, schema.run_dataset_tags
    columns = (used.c.run, used.c.dataset, *(known.c[name] for name in UsedDataset._fields[:-1]))
    found: dict[int, list[UsedDataset]] = defaultdict(list)
    tagged: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for some in _slices(numbers):
        for run, dataset, key, value in connection.execute(
            select(tags).where(tags.c.run.in_(some))
        ):
            tagged[run, dataset][key] = value
        query = select(*columns).join(known).where(used.c.run.in_(some)).order_by(used.c.id)
        for row in connection.execute(query):
            values: list[Any] = [*row[2:], tagged[row[0], row[1]]]
            found[row[0]].append(UsedDataset(*values))
    return found


def _grouped(
    connection: Connection, columns: Sequence[Any], numbers: list[int]
) -> dict[int, list[Any]]:
    """Return rows by the run that their first column names."""
    found: dict[int, list[Any]] = defaultdict(list)
    for some in _slices(numbers):
        for row in connection.execute(select(*columns).where(columns[0].in_(some))):
            found[row[0]].append(row)
    return found


def _slices(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[start : start + _IN_LIMIT] for start in range(0, len(numbers), _IN_LIMIT))
