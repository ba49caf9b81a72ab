"""However a page is found, by bits or by SQL, by sorting or along an index, it is the same page."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import Connection

from lightflow_jlab.store import RunQuery, Store, listing, nesting
from lightflow_jlab.store.choosing import Chosen, chosen_bits, chosen_runs, count_runs
from lightflow_jlab.store.matching import matching
from lightflow_jlab.store.nesting_bits import top_runs
from lightflow_jlab.store.run_query import Group
from lightflow_jlab.store.run_sets import found_runs

from .recorded import START, blank_store, record_run, run_id

FILTERS = (
    "",
    "metrics.loss < 0.5",
    "metrics.loss < 0.5 AND params.lr < 0.7",
    "NOT metrics.loss < 0.5",
    "metrics.loss != 0.5 OR status = 'FAILED'",
    "NOT (tags.team = 'blue' OR params.lr > 0.3) AND run_name LIKE 'run-%'",
    "metrics.loss IS NULL",
    "params.name IN ('a', 'b') AND metrics.loss.count BETWEEN 1 AND 3",
)
TEXTS = (
    *("run-1", "BLUE", "0.5", "team=b", "lr=0.", "name=", "e=a", "true", "x=y", "FIN a"),
    *("%", "é", "=", "0.5 name"),
)
ORDERS: tuple[list[str], ...] = (
    ["metrics.loss DESC"],
    ["metrics.loss", "params.lr DESC"],
    ["params.lr"],
    ["tags.team DESC", "start_time"],
    ["status", "metrics.loss"],
    [],
)
PLACES = (
    {},
    {"parent_run_id": run_id(1)},
    {"parent_run_id": run_id(2)},
    {"source_name": "a.ipynb", "cell_id": "one"},
    {"source_name": "a.ipynb", "cell_id": "two"},
    {"source_name": "a.ipynb", "cell_id": "two", "parent_run_id": run_id(1)},
)


@pytest.fixture(scope="module")
def many() -> Iterator[Store]:
    """Give 60 runs, some alike, some without a value, some deleted, some gone for good."""
    dice = random.Random(1)
    with blank_store() as store:
        with store.ingest() as ingest:
            for number in range(60):
                loss = dice.choice([0.25, 0.5, 0.75, math.nan, dice.random()])
                record_run(
                    ingest,
                    number,
                    experiment=dice.choice(["digits", "letters"]),
                    start_time=START + dice.randrange(20),
                    status=dice.choice(["FINISHED", "FAILED"]),
                    params={
                        "lr": dice.choice([0.5, dice.random()]),
                        "name": dice.choice(["a", "b", "x=y", "É"]),
                        "deep": dice.choice([True, None]),
                    }
                    if dice.random() < 0.7
                    else {},
                    metrics={"loss": [1.0, loss]} if dice.random() < 0.8 else {},
                    tags={"team": dice.choice(["blue", "red"])} if dice.random() < 0.5 else {},
                    **dice.choice(PLACES),
                )
        for number in (3, 8, 30):
            store.delete_run(run_id(number))
        store.empty_trash()
        for number in (5, 40):
            store.delete_run(run_id(number))
        yield store


def pages(connection: Connection, query: RunQuery) -> list[Chosen]:
    found = found_runs(connection, query)
    by_sql = chosen_runs(connection, nesting.placed(query, matching(query)), query)
    if found is None:
        return [by_sql]
    top = top_runs(connection, found, query)
    by_bits = [chosen_bits(connection, top, query, few=few) for few in (0, 1_000)]
    return [by_sql, *by_bits]


def counts(connection: Connection, query: RunQuery) -> tuple[object, ...]:
    """Return what SQL alone says of a page: all that matches, children and attempts."""
    matched = matching(query)
    shown = listing.rows(connection, query)
    return (
        count_runs(connection, matched),
        nesting.child_counts(connection, shown, matched) if query.nested else {},
        nesting.attempt_counts(connection, shown, matched, query),
    )


@pytest.mark.parametrize("text", FILTERS)
def test_each_way_finds_the_same_page(many: Store, text: str) -> None:
    some = [many.experiments()[0].experiment_id]
    cuts = ((None, "active", 5, 0), (some, "all", 7, 6), (None, "all", 100, 0))
    for order, (ids, view, limit, offset) in product(ORDERS, cuts):
        query = RunQuery(
            filter=text, order_by=order, experiment_ids=ids, view=view, limit=limit, offset=offset
        )
        by_sql, *by_bits = many.ask(pages, query)
        assert all(page == by_sql for page in by_bits), query
        assert by_bits or not order


@pytest.mark.parametrize("text", TEXTS)
def test_each_way_finds_the_same_words(many: Store, text: str) -> None:
    for order in (["metrics.loss"], []):
        query = RunQuery(text=text, order_by=order, limit=100)
        by_sql, *by_bits = many.ask(pages, query)
        assert all(page == by_sql for page in by_bits), (query, by_sql)
        assert by_bits


@pytest.mark.parametrize("text", FILTERS)
def test_each_way_nests_folds_and_counts_alike(many: Store, text: str) -> None:
    for nested, folded, order, limit in product(
        (False, True), (False, True), ORDERS[::2], (4, 100)
    ):
        query = RunQuery(filter=text, order_by=order, nested=nested, folded=folded, limit=limit)
        by_sql, *by_bits = many.ask(pages, query)
        assert all(page == by_sql for page in by_bits), query
        page = many.runs(query)
        told = (page.matched, page.child_counts, page.attempt_counts)
        assert told == many.ask(counts, query), query
        assert page.total == by_sql.total


def test_what_is_below_a_run_and_in_a_group_is_found_alike(many: Store) -> None:
    top = many.runs(RunQuery(nested=True, folded=True)).runs
    assert len(top) < 50
    for run, text in product(top, ("", "metrics.loss < 0.7")):
        query = RunQuery(filter=text, nested=True, folded=True, below=run.run_id)
        matched = nesting.placed(query, matching(query))
        by_sql = many.ask(chosen_runs, matched, query)
        assert many.runs(query).total == by_sql.total
        assert len(many.runs(query).runs) == by_sql.total
    for by, value in (("params.name", "a"), ("tags.team", None), ("status", "FAILED")):
        query = RunQuery(group=Group(by, value), order_by=["metrics.loss"])
        assert many.runs(query).total == many.ask(count_runs, matching(query)) > 0
