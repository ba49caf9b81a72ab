"""Recording straight into the store, for clients whose call must be seen when it returns.

Each function is one command: what it checks and what it writes are in the same transaction.
A run's own process records through the log instead, see `ingest`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, select, update

from lightflow_jlab.contract.records import (
    DocumentRecord,
    ParamRecord,
    Params,
    RunStart,
    Tags,
)
from lightflow_jlab.contract.scalars import ParamType
from lightflow_jlab.errors import InvalidValueError, NotFoundError
from lightflow_jlab.store import schema
from lightflow_jlab.store.chunks import Columns, join
from lightflow_jlab.store.ingest import Ingest
from lightflow_jlab.store.points import read_points
from lightflow_jlab.store.run_tags import tag_column
from lightflow_jlab.store.sequence import next_seq

runs = schema.runs

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,300})", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\d{1,300}\.\d*|\.\d+|\d{1,300})([eE][-+]?\d{1,3})?", re.ASCII)


class ActiveRun(NamedTuple):
    number: int
    experiment_id: int


def create_run(connection: Connection, start: RunStart) -> None:
    """Begin a run in an active experiment, named by its id. Raises `InvalidValueError`."""
    row = connection.execute(
        select(schema.experiments.c.lifecycle_stage).where(
            schema.experiments.c.experiment_id == int(start.experiment_id or 0)
        )
    ).first()
    if row is None:
        raise NotFoundError(f"No Experiment with id={start.experiment_id} exists")
    if row[0] != "active":
        raise InvalidValueError(
            f"The experiment {start.experiment_id} must be in the 'active' state. "
            f"Current state is {row[0]}."
        )
    ingest = Ingest(connection)
    ingest.start_run(start, "")
    ingest.finish()


def active_run(connection: Connection, run_id: str) -> ActiveRun:
    """Return a run that may be written. Raises `NotFoundError` and `InvalidValueError`."""
    row = connection.execute(
        select(runs.c.id, runs.c.experiment_id, runs.c.lifecycle_stage).where(
            runs.c.run_id == run_id
        )
    ).first()
    if row is None:
        raise NotFoundError(f"Run with id={run_id} not found")
    if row[2] != "active":
        raise InvalidValueError(
            f"The run {run_id} must be in the 'active' state. Current state is {row[2]}."
        )
    return ActiveRun(row[0], row[1])


def touch_run(connection: Connection, run: ActiveRun) -> None:
    """Say that something changed of a run."""
    connection.execute(update(runs).where(runs.c.id == run.number).values(seq=next_seq(connection)))


def update_run(connection: Connection, run_id: str, values: dict[str, Any]) -> None:
    """Set `status`, `end_time`, `run_name` of a run."""
    number = active_run(connection, run_id).number
    connection.execute(
        update(runs).where(runs.c.id == number).values(seq=next_seq(connection), **values)
    )


def log(
    connection: Connection,
    run_id: str,
    *,
    points: Mapping[str, Columns] | None = None,
    params: Mapping[str, str] | None = None,
    tags: Mapping[str, str | None] | None = None,
    documents: Sequence[DocumentRecord] = (),
) -> None:
    """Record metrics, params, tags and documents of an active run.

    A point that is there already is not recorded twice. A param keeps its first value.

    Raises
    ------
    InvalidValueError
        The run is deleted, or a param has another value already.
    NotFoundError
        There is no such run.
    """
    number = active_run(connection, run_id).number
    ingest = Ingest(connection, ties="value")
    fresh = _fresh_params(connection, number, params or {})
    if fresh:
        ingest.set_params(Params(run_id, [typed_param(key, text) for key, text in fresh.items()]))
    for key, columns in (points or {}).items():
        new = fresh_points(connection, number, key, columns)
        if len(new.steps):
            ingest.add_points(run_id, key, new)
    if tags:
        ingest.set_tags(Tags(run_id, dict(tags)))
    for document in documents:
        ingest.put_document(document)
    ingest.finish()


def delete_tag(connection: Connection, run_id: str, key: str) -> None:
    """Remove a tag. Raises `NotFoundError` where the run doesn't have it."""
    number = active_run(connection, run_id).number
    column, table = tag_column(key), schema.tags
    held = select(table.c.value).where(table.c.run == number, table.c.key == key)
    if column is not None:
        held = select(column).where(runs.c.id == number)
    if connection.execute(held).scalar() is None:
        raise NotFoundError(f"No tag with name: {key} in run with id {run_id}")
    ingest = Ingest(connection)
    ingest.set_tags(Tags(run_id, {key: None}))
    ingest.finish()


def _fresh_params(connection: Connection, number: int, params: Mapping[str, str]) -> dict[str, str]:
    """Return the params that the run doesn't have. Raises for those with another value."""
    if not params:
        return {}
    table = schema.params
    query = select(table.c.key, table.c.text).where(
        table.c.run == number, table.c.key.in_(list(params))
    )
    known = {key: text or "" for key, text in connection.execute(query).all()}
    for key, text in known.items():
        if text != params[key]:
            raise InvalidValueError(
                f"Changing param values is not allowed. Param with key='{key}' was already logged "
                f"with value='{text}'. Attempted logging new value '{params[key]}'."
            )
    return {key: text for key, text in params.items() if key not in known}


def fresh_points(connection: Connection, number: int, key: str, columns: Columns) -> Columns:
    """Return the points, in order, of which none is recorded already."""
    columns = in_order(columns)
    table = schema.metrics
    row = connection.execute(
        select(table.c.id, table.c.last_step, table.c.last_time).where(
            table.c.run == number, table.c.key == key
        )
    ).first()
    # The usual case costs no look at the history: what comes is later than all that is there.
    if row is None or (columns.steps[0], columns.times[0]) > (row[1], row[2]):
        return distinct(columns)
    return distinct(columns, read_points(connection, row[0], steps=(int(columns.steps[0]), None)))


def in_order(columns: Columns) -> Columns:
    """Return points by step, time and value."""
    return columns.part(np.lexsort((columns.values, columns.times, columns.steps)))


def distinct(columns: Columns, known: Columns | None = None) -> Columns:
    """Return each point of an ordered history once, and none that is known."""
    if known is None and bool((np.diff(columns.steps) > 0).all()):
        return columns
    joined = columns if known is None else join([known, columns])
    rows = np.rec.fromarrays([joined.steps, joined.times, joined.values.view(np.int64)])
    firsts = np.sort(np.unique(rows, return_index=True)[1])
    offset = len(joined.steps) - len(columns.steps)
    return columns.part(firsts[firsts >= offset] - offset)


def typed_param(key: str, text: str) -> ParamRecord:
    """Return a param that came as text with the type that its text shows; the text is kept."""
    kind: ParamType = "str"
    if text in ("True", "False"):
        return ParamRecord(key, text == "True", "bool")
    if _INTEGER.fullmatch(text):
        kind = "int"
    elif _FLOAT.fullmatch(text):
        kind = "float"
    return ParamRecord(key, text, kind)
