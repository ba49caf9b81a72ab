"""Which runs a question is about, before they are nested, folded, sorted and cut into pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, or_

from lightflow_jlab.store import schema
from lightflow_jlab.store.grouping import in_group
from lightflow_jlab.store.run_query import RunQuery
from lightflow_jlab.store.search import RUNS, Vocabulary, compile_filter

runs = schema.runs


def matching(query: RunQuery, vocabulary: Vocabulary = RUNS) -> ColumnElement[bool]:
    """Return the condition of a query. Raises `InvalidValueError`."""
    conditions: list[ColumnElement[bool]] = [in_experiments(query.experiment_ids)]
    if query.view != "all":
        conditions.append(runs.c.lifecycle_stage == query.view)
    if query.run_ids is not None:
        conditions.append(runs.c.run_id.in_(query.run_ids))
    if query.filter.strip():
        conditions.append(compile_filter(query.filter, vocabulary))
    if query.group is not None:
        conditions.append(in_group(query.group))
    for word in query.text.split():
        conditions.append(_mentions(word))
    return and_(*conditions)


def in_experiments(experiment_ids: list[str] | None) -> ColumnElement[bool]:
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
