"""Which runs are on a page of a sorted list, and how many there are in all.

What matches is found once, by bits where these can tell it (`run_sets`), else by SQL; then the
sorted index of the first key to sort by is walked until the page is full, so that the cost is of
the page and not of all that matches.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, select

from lightflow_jlab.store import schema
from lightflow_jlab.store.bits import Bits, asking, is_found
from lightflow_jlab.store.ordering import OrderTerm, order_terms
from lightflow_jlab.store.run_query import RunQuery

FEW = 2_000
"""So many runs are sorted as quickly as an index is walked to find them."""

runs = schema.runs


class Chosen(NamedTuple):
    numbers: list[int]
    """Of the page's runs, in order."""
    total: int
    """Of the runs that match."""


def chosen_runs(connection: Connection, condition: ColumnElement[bool], query: RunQuery) -> Chosen:
    """Return the page of what matches. Raises `InvalidValueError` for a bad order."""
    terms = order_terms(query.order_by, params_as_text=query.params_as_text)
    if terms and terms[0].join is not None:
        matched = select(runs.c.id).where(condition).cte("matched").prefix_with("MATERIALIZED")
        total = select(func.count()).select_from(matched).scalar_subquery()
        # Added to 0, the column can't be looked up by: the index must be walked in its order.
        among = (terms[0].join[0].c.run + 0).in_(select(matched.c.id))
        chosen = _along_index(connection, among, total, terms, query)
        if chosen is not None:
            return chosen
    return Chosen(_sorted(connection, condition, terms, query), count_runs(connection, condition))


def chosen_bits(connection: Connection, found: Bits, query: RunQuery, *, few: int = FEW) -> Chosen:
    """Return the page of the runs whose bits are set. Raises `InvalidValueError`.

    Up to `few` are all sorted; of more, the index of what they are sorted by is walked.
    """
    terms = order_terms(query.order_by, params_as_text=query.params_as_text)
    total = int(found.sum())
    if total <= few:
        listed = func.json_each(json.dumps(np.flatnonzero(found).tolist()))
        these = runs.c.id.in_(select(listed.table_valued("value").c.value))
        return Chosen(_sorted(connection, these, terms, query), total)
    with asking(connection, found):
        if terms and terms[0].join is not None:
            among = is_found(terms[0].join[0].c.run)
            chosen = _along_index(connection, among, literal(total), terms, query)
            if chosen is not None:
                return chosen
        # That is known already, but it leads to the index by start.
        stage = literal(True) if query.view == "all" else runs.c.lifecycle_stage == query.view
        condition = and_(stage, is_found(runs.c.id))
        return Chosen(_sorted(connection, condition, terms, query), total)


def _sorted(
    connection: Connection,
    condition: ColumnElement[bool],
    terms: list[OrderTerm],
    query: RunQuery,
) -> list[int]:
    page = _joined(select(runs.c.id).where(condition), terms)
    for term in terms:
        page = page.order_by(*term.columns())
    return list(connection.execute(_cut(page, query)).scalars())


def _along_index(
    connection: Connection,
    among: ColumnElement[bool],
    total: ColumnElement[int],
    terms: list[OrderTerm],
    query: RunQuery,
) -> Chosen | None:
    """Return the page if it holds none but runs that have the first term's first value.

    `among` tells of a row of the first term's table whether its run matches.
    """
    first, *others = terms
    assert first.join is not None
    table, on_run = first.join
    page = (
        select(runs.c.id, total.label("total"))
        .select_from(table.join(runs, on_run))
        .where(first.values[0].is_not(None), among)
        .order_by(first.directed()[0])
    )
    for term in others:
        page = page.order_by(*term.columns())
    found = connection.execute(_cut(_joined(page, others), query)).all()
    if not found:
        return None
    whole = len(found) == query.limit or query.offset + len(found) == found[0].total
    return Chosen([row.id for row in found], found[0].total) if whole else None


def _joined(page: Select[Any], terms: list[OrderTerm]) -> Select[Any]:
    for term in terms:
        if term.join is not None:
            page = page.outerjoin(*term.join)
    return page


def _cut(page: Select[Any], query: RunQuery) -> Select[Any]:
    tie = runs.c.run_id if query.ties_by_id else runs.c.id.desc()
    page = page.order_by(runs.c.start_time.desc(), tie)
    return page.limit(query.limit).offset(query.offset)


def count_runs(connection: Connection, condition: ColumnElement[bool]) -> int:
    """Return how many runs match."""
    counted = select(func.count()).select_from(runs).where(condition)
    return int(connection.execute(counted).scalar_one())
