"""What stands at the top of a list of runs, and what below which run: children and attempts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    false,
    func,
    or_,
    select,
    tuple_,
)

from lightflow_jlab.store import schema
from lightflow_jlab.store.assemble import slices
from lightflow_jlab.store.run_query import RunQuery

runs = schema.runs
_CELL = (runs.c.source_name, runs.c.cell_id)
IS_ATTEMPT = and_(runs.c.cell_id != "", runs.c.parent_run_id.is_(None))
"""Trials that a cell makes in a loop have a parent: they are no attempts of each other."""


def placed(query: RunQuery, matched: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition of what a query lists, of all that matches."""
    if query.below is not None:
        return and_(matched, _below(query, query.below))
    conditions = [matched]
    if query.nested:
        parents = select(runs.c.run_id).where(matched)
        own = runs.c.parent_run_id
        conditions.append(or_(own.is_(None), own.not_in(parents)))
    if query.folded:
        nth = func.row_number().over(
            partition_by=_CELL, order_by=(runs.c.attempt.desc(), runs.c.id.desc())
        )
        ranked = select(runs.c.id, nth.label("nth")).where(matched, IS_ATTEMPT).subquery()
        conditions.append(runs.c.id.not_in(select(ranked.c.id).where(ranked.c.nth > 1)))
    return and_(*conditions)


def child_counts(
    connection: Connection, rows: Sequence[RowMapping], matched: ColumnElement[bool]
) -> dict[str, int]:
    """Return how many children that match the runs have, by run id; none are left out."""
    parent = runs.c.parent_run_id
    found: dict[str, int] = {}
    for some in slices([row["run_id"] for row in rows]):
        counted = select(parent, func.count()).where(parent.in_(some), matched).group_by(parent)
        found.update((row[0], row[1]) for row in connection.execute(counted))
    return found


def attempt_counts(
    connection: Connection,
    rows: Sequence[RowMapping],
    matched: ColumnElement[bool],
    query: RunQuery,
) -> dict[str, int]:
    """Return how many attempts are folded into the runs, themselves among them, by run id."""
    if not query.folded or query.below is not None:
        return {}
    of = {
        (row["source_name"], row["cell_id"]): row["run_id"]
        for row in rows
        if row["cell_id"] and row["parent_run_id"] is None
    }
    found: dict[str, int] = {}
    for some in slices(list(of), values_each=2):
        counted = (
            select(*_CELL, func.count())
            .where(tuple_(*_CELL).in_(some), IS_ATTEMPT, matched)
            .group_by(*_CELL)
        )
        found.update((of[row[0], row[1]], row[2]) for row in connection.execute(counted))
    return {run_id: count for run_id, count in found.items() if count > 1}


def _below(query: RunQuery, run_id: str) -> ColumnElement[bool]:
    kinds: list[ColumnElement[bool]] = [false()]
    if query.nested:
        kinds.append(runs.c.parent_run_id == run_id)
    if query.folded:
        top = runs.alias()
        cell = select(top.c.source_name, top.c.cell_id).where(
            top.c.run_id == run_id, top.c.parent_run_id.is_(None)
        )
        kinds.append(and_(tuple_(*_CELL).in_(cell), IS_ATTEMPT, runs.c.run_id != run_id))
    return or_(*kinds)
