"""Lists of runs: which, in what order, which page. Reads summaries, never histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)

from lightflow_jlab.contract.rest import RunKeys, RunPage
from lightflow_jlab.contract.scalars import View
from lightflow_jlab.store import schema
from lightflow_jlab.store.assemble import assemble_runs
from lightflow_jlab.store.ordering import order_terms
from lightflow_jlab.store.search import RUNS, Vocabulary, compile_filter
from lightflow_jlab.store.sequence import current_seq

runs = schema.runs


@dataclass(frozen=True)
class RunQuery:
    """Which runs, in what order. Everything given must hold."""

    experiment_ids: list[str] | None = None
    filter: str = ""
    """In the search language, see `search`."""
    text: str = ""
    """Found anywhere in name, id, note, source, params and tags; case doesn't matter."""
    order_by: list[str] = field(default_factory=list)
    """`metrics.loss DESC`, `params.lr`, `start_time` …; newest first by default."""
    view: View = "active"
    limit: int = 100
    offset: int = 0
    run_ids: list[str] | None = None
    params_as_text: bool = False
    """Sort params as the texts they were logged as, as MLflow does, not numbers as numbers."""


def rows(
    connection: Connection, query: RunQuery, vocabulary: Vocabulary = RUNS
) -> Sequence[RowMapping]:
    """Return the rows of `schema.runs` of one page. Raises `InvalidValueError`."""
    chosen = _ordered(select(runs).where(_condition(query, vocabulary)), query)
    return connection.execute(chosen.limit(query.limit).offset(query.offset)).mappings().all()


def page(connection: Connection, query: RunQuery) -> RunPage:
    """Return one page of what matches. Raises `InvalidValueError` for a bad filter or order."""
    counted = select(func.count()).select_from(runs).where(_condition(query, RUNS))
    total = connection.execute(counted).scalar_one()
    return RunPage(
        runs=assemble_runs(connection, rows(connection, query)),
        total=int(total),
        offset=query.offset,
        seq=current_seq(connection),
    )


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


def _ordered(chosen: Select[Any], query: RunQuery) -> Select[Any]:
    for term in order_terms(query.order_by, params_as_text=query.params_as_text):
        if term.join is not None:
            chosen = chosen.outerjoin(*term.join)
        # Real values first, then NaN, then runs without the key, in both directions.
        absence = case((term.present, case((term.value.is_(None), 1), else_=0)), else_=2)
        chosen = chosen.order_by(
            absence, term.value.desc() if term.descending else term.value.asc()
        )
    return chosen.order_by(runs.c.start_time.desc(), runs.c.run_id)
