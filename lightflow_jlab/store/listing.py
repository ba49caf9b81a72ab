"""Lists of runs: which, in what order, which page. Reads summaries, never histories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, select

from lightflow_jlab.contract.rest import RunGroups, RunIds, RunKeys, RunPage
from lightflow_jlab.store import grouping, nesting, schema
from lightflow_jlab.store.assemble import assemble_runs, slices
from lightflow_jlab.store.bits import Bits, asking, is_found
from lightflow_jlab.store.choosing import Chosen, chosen_bits, chosen_runs
from lightflow_jlab.store.matching import in_experiments, matching
from lightflow_jlab.store.nesting_bits import top_runs
from lightflow_jlab.store.run_columns import RunColumns, run_columns
from lightflow_jlab.store.run_query import RunQuery
from lightflow_jlab.store.run_sets import found_runs
from lightflow_jlab.store.search import RUNS, Vocabulary
from lightflow_jlab.store.sequence import current_seq

runs = schema.runs


def rows(
    connection: Connection, query: RunQuery, vocabulary: Vocabulary = RUNS
) -> Sequence[RowMapping]:
    """Return the rows of `schema.runs` of one page. Raises `InvalidValueError`."""
    return _rows(connection, _chosen(connection, query, vocabulary).numbers)


def page(connection: Connection, query: RunQuery) -> RunPage:
    """Return one page of what matches. Raises `InvalidValueError` for a bad filter or order."""
    found = found_runs(connection, query)
    chosen = _chosen(connection, query) if found is None else _placed(connection, found, query)
    shown = _rows(connection, chosen.numbers)
    children, attempts = {}, {}
    if found is not None and (query.nested or query.folded):
        with asking(connection, found):
            matched = is_found(runs.c.id)
            if query.nested:
                children = nesting.child_counts(connection, shown, matched)
            attempts = nesting.attempt_counts(connection, shown, matched, query)
    return RunPage(
        runs=assemble_runs(connection, shown),
        total=chosen.total,
        matched=chosen.total if found is None else int(found.sum()),
        more_exist=False,
        child_counts=children,
        attempt_counts=attempts,
        offset=query.offset,
        seq=current_seq(connection),
    )


def ids(connection: Connection, query: RunQuery) -> RunIds:
    """Return the ids of one page of what matches. Raises `InvalidValueError`."""
    chosen = _chosen(connection, query)
    of = {
        row.id: row.run_id
        for some in slices(chosen.numbers)
        for row in connection.execute(select(runs.c.id, runs.c.run_id).where(runs.c.id.in_(some)))
    }
    return RunIds(run_ids=[of[number] for number in chosen.numbers], total=chosen.total)


def groups(connection: Connection, query: RunQuery, by: str, metrics: list[str]) -> RunGroups:
    """Return one page of the groups that what matches falls into. Raises `InvalidValueError`."""
    return grouping.groups(connection, query, matching(query), by, metrics)


def columns(connection: Connection, query: RunQuery) -> RunColumns:
    """Return a page as columns. Raises `InvalidValueError` for a bad filter or order."""
    return run_columns(connection, _chosen(connection, query).numbers)


def _chosen(connection: Connection, query: RunQuery, vocabulary: Vocabulary = RUNS) -> Chosen:
    if vocabulary is RUNS and (found := found_runs(connection, query)) is not None:
        return _placed(connection, found, query)
    condition = nesting.placed(query, matching(query, vocabulary))
    return chosen_runs(connection, condition, query)


def _placed(connection: Connection, found: Bits, query: RunQuery) -> Chosen:
    if query.below is None:
        return chosen_bits(connection, top_runs(connection, found, query), query)
    with asking(connection, found):
        return chosen_runs(connection, nesting.placed(query, is_found(runs.c.id)), query)


def _rows(connection: Connection, numbers: list[int]) -> Sequence[RowMapping]:
    found = {
        row["id"]: row
        for some in slices(numbers)
        for row in connection.execute(select(runs).where(runs.c.id.in_(some))).mappings()
    }
    return [found[number] for number in numbers]


def keys(connection: Connection, experiment_ids: list[str] | None) -> RunKeys:
    """Return the keys that the active runs of some experiments carry."""
    condition = and_(in_experiments(experiment_ids), runs.c.lifecycle_stage == "active")

    def of(table: Any) -> list[str]:
        chosen = select(table.c.key).join(runs, runs.c.id == table.c.run).where(condition)
        return list(connection.execute(chosen.distinct().order_by(table.c.key)).scalars())

    return RunKeys(params=of(schema.params), metrics=of(schema.metrics), tags=of(schema.tags))
