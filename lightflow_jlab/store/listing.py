"""Lists of runs: which, in what order, which page. Reads summaries, never histories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)

from lightflow_jlab.contract.rest import RunKeys, RunPage
from lightflow_jlab.store import schema
from lightflow_jlab.store.assemble import assemble_runs, slices
from lightflow_jlab.store.choosing import chosen_runs
from lightflow_jlab.store.run_columns import RunColumns, run_columns
from lightflow_jlab.store.run_query import RunQuery
from lightflow_jlab.store.search import RUNS, Vocabulary, compile_filter
from lightflow_jlab.store.sequence import current_seq

runs = schema.runs


def rows(
    connection: Connection, query: RunQuery, vocabulary: Vocabulary = RUNS
) -> Sequence[RowMapping]:
    """Return the rows of `schema.runs` of one page. Raises `InvalidValueError`."""
    return _rows(connection, chosen_runs(connection, _condition(query, vocabulary), query).numbers)


def page(connection: Connection, query: RunQuery) -> RunPage:
    """Return one page of what matches. Raises `InvalidValueError` for a bad filter or order."""
    chosen = chosen_runs(connection, _condition(query, RUNS), query)
    return RunPage(
        runs=assemble_runs(connection, _rows(connection, chosen.numbers)),
        total=chosen.total,
        offset=query.offset,
        seq=current_seq(connection),
    )


def columns(connection: Connection, query: RunQuery) -> RunColumns:
    """Return a page as columns. Raises `InvalidValueError` for a bad filter or order."""
    chosen = chosen_runs(connection, _condition(query, RUNS), query)
    return run_columns(connection, chosen.numbers)


def _rows(connection: Connection, numbers: list[int]) -> Sequence[RowMapping]:
    found = {
        row["id"]: row
        for some in slices(numbers)
        for row in connection.execute(select(runs).where(runs.c.id.in_(some))).mappings()
    }
    return [found[number] for number in numbers]


def keys(connection: Connection, experiment_ids: list[str] | None) -> RunKeys:
    """Return the keys that the active runs of some experiments carry."""
    condition = and_(_in_experiments(experiment_ids), runs.c.lifecycle_stage == "active")

    def of(table: Any) -> list[str]:
        chosen = select(table.c.key).join(runs, runs.c.id == table.c.run).where(condition)
        return list(connection.execute(chosen.distinct().order_by(table.c.key)).scalars())

    return RunKeys(params=of(schema.params), metrics=of(schema.metrics), tags=of(schema.tags))


def _condition(query: RunQuery, vocabulary: Vocabulary) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [_in_experiments(query.experiment_ids)]
    if query.view != "all":
        conditions.append(runs.c.lifecycle_stage == query.view)
    if query.run_ids is not None:
        conditions.append(runs.c.run_id.in_(query.run_ids))
    if query.filter.strip():
        conditions.append(compile_filter(query.filter, vocabulary))
    for word in query.text.split():
        conditions.append(_mentions(word))
    return and_(*conditions)


def _in_experiments(experiment_ids: list[str] | None) -> ColumnElement[bool]:
    if experiment_ids is None:
        return literal(True)
    numbers = [int(one) for one in experiment_ids if one.isdecimal()]
    return runs.c.experiment_id.in_(numbers) if numbers else false()


def _mentions(word: str) -> ColumnElement[bool]:
    """Tell whether a word of the search box stands anywhere in what is shown of a run."""

    def has(column: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = column.icontains(word, autoescape=True)
        return found

    params, tags = schema.params, schema.tags
    return or_(
        has(runs.c.run_name),
        runs.c.run_id.startswith(word.lower(), autoescape=True),
        has(runs.c.note),
        has(runs.c.source_name),
        has(runs.c.status),
        exists().where(
            params.c.run == runs.c.id, has(params.c.key + "=" + func.coalesce(params.c.text, ""))
        ),
        exists().where(tags.c.run == runs.c.id, has(tags.c.key + "=" + tags.c.value)),
    )
