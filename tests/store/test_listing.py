"""Lists of runs: order, pages, counts, columns; checked against sorting in plain Python."""

from __future__ import annotations

import math
from typing import Any

import pytest
from sqlalchemy import select

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store import RunQuery, Store
from lightflow_jlab.store.key_walks import MIN_RUNS, walked_metrics, walked_params
from lightflow_jlab.store.schema import runs

from .recorded import START, record, record_run, run_id

ACCURACY = {1: 0.5, 2: math.nan, 3: 0.9, 4: None, 5: 0.5, 6: math.inf, 7: -1.0, 8: math.nan}
RATE = {1: 0.1, 2: "text", 3: 1, 4: None, 5: "0.5", 6: True, 7: 10, 8: "a"}


@pytest.fixture
def eight(store: Store) -> Store:
    with store.ingest() as ingest:
        for number, value in ACCURACY.items():
            record_run(
                ingest,
                number,
                start_time=START + number,
                metrics={} if value is None else {"acc": [value]},
                params={} if RATE[number] is None else {"rate": RATE[number]},
            )
    return store


def numbers(store: Store, **query: Any) -> list[int]:
    return [int(run.run_id, 16) for run in store.runs(RunQuery(**query)).runs]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("metrics.acc", [7, 5, 1, 3, 6, 8, 2, 4]),
        ("metrics.acc DESC", [6, 3, 5, 1, 7, 8, 2, 4]),
        ("params.rate ASC", [1, 5, 6, 3, 7, 8, 2, 4]),
        ("params.rate DESC", [7, 6, 3, 5, 1, 2, 8, 4]),
        ("start_time", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("run_name desc", [8, 7, 6, 5, 4, 3, 2, 1]),
        ("metrics.nothing", [8, 7, 6, 5, 4, 3, 2, 1]),
    ],
)
def test_values_come_first_then_nan_then_runs_without_the_key(
    eight: Store, term: str, expected: list[int]
) -> None:
    assert numbers(eight, order_by=[term]) == expected
    for limit in (1, 3):
        paged = [
            number
            for offset in range(0, 9, limit)
            for number in numbers(eight, order_by=[term], limit=limit, offset=offset)
        ]
        assert paged == expected


def test_the_second_key_orders_what_the_first_leaves_equal(eight: Store) -> None:
    found = numbers(eight, order_by=["metrics.acc", "start_time"], limit=3)
    assert found == [7, 1, 5]
    assert numbers(eight, order_by=["metrics.acc", "params.rate DESC"], limit=3) == [7, 5, 1]


def test_every_page_says_how_many_runs_match(eight: Store) -> None:
    for order in ([], ["metrics.acc"]):
        for offset in (0, 2, 100):
            query = RunQuery(filter="metrics.acc >= 0.5", order_by=order, limit=2, offset=offset)
            assert eight.runs(query).total == 4


def test_a_list_can_be_narrowed_by_words_ids_experiment_and_trash(store: Store) -> None:
    record(store, 1, name="Alpha", params={"model": "mlp"}, experiment="digits")
    record(store, 2, name="beta", tags={"team": "alphabet"}, experiment="letters")
    record(store, 3, name="gamma")
    store.delete_run(run_id(3))
    letters = store.experiment_by_name("letters")
    assert letters is not None
    assert numbers(store) == [2, 1]
    assert numbers(store, text="alpha") == [2, 1]
    assert numbers(store, text="model=ML") == [1]
    assert numbers(store, text="alpha mlp") == [1]
    assert numbers(store, experiment_ids=[letters.experiment_id]) == [2]
    assert numbers(store, run_ids=[run_id(1), run_id(3)]) == [1]
    assert numbers(store, view="deleted") == [3]
    assert sorted(numbers(store, view="all")) == [1, 2, 3]


@pytest.mark.parametrize("term", ["nothing", "metrics.", "metrics.a; DROP", "acc DESC DESC"])
def test_a_bad_order_is_refused_with_an_example(store: Store, term: str) -> None:
    with pytest.raises(InvalidValueError, match="Can't order by"):
        store.runs(RunQuery(order_by=[term]))


def test_columns_hold_what_the_list_holds(eight: Store) -> None:
    query = RunQuery(order_by=["metrics.acc DESC"])
    listed, columns = eight.runs(query).runs, eight.run_columns(query)
    assert columns.attributes["run_id"] == [run.run_id for run in listed]
    assert columns.attributes["end_time"] == [run.end_time for run in listed]
    shown = [next((float(metric.last) for metric in run.metrics), math.nan) for run in listed]
    assert repr(columns.metrics["acc"].tolist()) == repr(shown)
    values = [next((param.value for param in run.params), None) for run in listed]
    assert columns.params == {"rate": values}
    assert columns.tags == {"mlflow.runName": [run.run_name for run in listed]}


def test_columns_of_most_runs_hold_what_the_list_holds(store: Store) -> None:
    """They are read along the indexes by key; those of one run are not."""
    kinds: tuple[dict[str, Any], ...] = (
        {"rate": 0.1, "size": 3, "name": "mlp"},
        {"rate": 1e300, "size": 0.5, "name": None},
        {"rate": -0.5, "name": "mlp"},
    )
    with store.ingest() as ingest:
        for number in range(1, 4 * MIN_RUNS + 1):
            params = kinds[number % 3] | ({"gone": 1.0} if number == 1 else {})
            seldom = {"seldom": [0.5]} if number % 5 == 0 else {}
            metrics = {"acc": [math.nan if number % 7 == 0 else 1 / number], "lost": [math.nan]}
            record_run(ingest, number, params=params, metrics=metrics | seldom)
    store.delete_run(run_id(1))
    query = RunQuery(limit=10_000)
    listed = store.runs(query).runs
    ids = [row.id for row in store.ask(lambda c: c.execute(select(runs.c.id)).all())]
    assert store.ask(walked_metrics, ids) == ["acc", "lost", "seldom"]
    assert store.ask(walked_params, ids) == (["gone", "rate"], ["name", "size"])
    assert store.ask(walked_metrics, ids[:1]) == []
    columns = store.run_columns(query)
    assert sorted(columns.params) == ["name", "rate", "size"]
    for key, found in columns.params.items():
        expected = [{one.key: one.value for one in run.params}.get(key) for run in listed]
        assert repr(found) == repr(expected), key
    assert list(columns.metrics) == ["acc", "lost", "seldom"]
    for key, last in columns.metrics.items():
        values = [{one.key: one.last for one in run.metrics}.get(key) for run in listed]
        assert repr(last.tolist()) == repr([float(one or math.nan) for one in values]), key
    one = store.run_columns(RunQuery(run_ids=[run_id(2)]))
    assert {key: values[0] for key, values in one.params.items()} == kinds[2]


def test_no_runs_make_empty_columns(store: Store) -> None:
    columns = store.run_columns(RunQuery())
    assert (columns.attributes["run_id"], columns.metrics, columns.params) == ([], {}, {})


def test_runs_that_begin_in_one_millisecond_stand_newest_first_but_for_mlflow_by_id(
    store: Store,
) -> None:
    for number in (2, 3, 1):
        record(store, number)
    assert [run.run_id for run in store.runs(RunQuery()).runs] == [
        run_id(number) for number in (1, 3, 2)
    ]
    assert [run.run_id for run in store.runs(RunQuery(ties_by_id=True)).runs] == [
        run_id(number) for number in (1, 2, 3)
    ]
