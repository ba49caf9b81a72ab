"""Runs as the table shows them: under their parents, attempts folded, in groups."""

from __future__ import annotations

import math
from typing import Any

import pytest

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store import Group, RunQuery, Store
from lightflow_jlab.store.ingest import Ingest

from .recorded import START, record_run, run_id

SWEEP: dict[int, dict[str, Any]] = {
    1: {"parent": None, "params": {}, "metrics": {}},
    2: {"parent": 1, "params": {"lr": 0.1}, "metrics": {"loss": [0.5]}},
    3: {"parent": 1, "params": {"lr": 0.1}, "metrics": {"loss": [0.3]}},
    4: {"parent": 1, "params": {"lr": 0.01}, "metrics": {"loss": [0.9, math.nan]}},
    5: {"parent": None, "params": {"lr": "auto"}, "metrics": {"loss": [0.7]}},
    6: {"parent": 4, "params": {"lr": 0.01}, "metrics": {"loss": [0.1]}},
}


def placed(
    ingest: Ingest, number: int, *, parent: int | None = None, cell: str = "", **what: Any
) -> None:
    """Record a run below another, or as an attempt of a cell."""
    if parent is not None:
        what["parent_run_id"] = run_id(parent)
    if cell:
        what |= {"source_name": "study.ipynb", "cell_id": cell}
    record_run(ingest, number, **what)


@pytest.fixture
def sweep(store: Store) -> Store:
    """Give a store with the run 1, its children 2, 3, 4, the child 6 of 4, and 5 by itself."""
    with store.ingest() as ingest:
        for number, what in SWEEP.items():
            placed(ingest, number, start_time=START + number, **what)
    return store


@pytest.fixture
def cells(store: Store) -> Store:
    """Give a store with the attempts 1, 2, 4 of one cell, 3 of another, and 5 of none."""
    with store.ingest() as ingest:
        for number, cell in {1: "a", 2: "a", 3: "b", 4: "a", 5: ""}.items():
            placed(ingest, number, cell=cell, start_time=START + number)
    return store


def listed(store: Store, **query: Any) -> list[int]:
    return [int(run.run_id, 16) for run in store.runs(RunQuery(**query)).runs]


def groups(store: Store, by: str, *metrics: str, **query: Any) -> list[tuple[str | None, int]]:
    found = store.run_groups(RunQuery(**query), by, list(metrics))
    assert found.matched == sum(group.run_count for group in found.groups)
    return [(group.value, group.run_count) for group in found.groups]


def test_children_stand_under_their_parents(sweep: Store) -> None:
    page = sweep.runs(RunQuery(nested=True))
    assert [int(run.run_id, 16) for run in page.runs] == [5, 1]
    assert (page.total, page.matched, page.child_counts) == (2, 6, {run_id(1): 3})
    below = sweep.runs(RunQuery(nested=True, below=run_id(1)))
    assert [int(run.run_id, 16) for run in below.runs] == [4, 3, 2]
    assert (below.total, below.child_counts) == (3, {run_id(4): 1})
    assert listed(sweep, nested=True, below=run_id(4)) == [6]
    assert listed(sweep, nested=True, below=run_id(5)) == []


def test_what_a_filter_finds_is_never_hidden(sweep: Store) -> None:
    page = sweep.runs(RunQuery(nested=True, filter="metrics.loss < 0.6"))
    assert [int(run.run_id, 16) for run in page.runs] == [6, 3, 2]
    sweep.delete_run(run_id(1))
    assert listed(sweep, nested=True) == [5, 4, 3, 2]
    assert listed(sweep, nested=True, view="deleted") == [1]


def test_each_run_is_reached_once_by_opening_everything(sweep: Store) -> None:
    def opened(**query: Any) -> list[int]:
        top = listed(sweep, nested=True, **query)
        return [one for run in top for one in (run, *opened(below=run_id(run)))]

    assert sorted(opened()) == [1, 2, 3, 4, 5, 6]


def test_attempts_are_folded_into_the_latest(cells: Store) -> None:
    page = cells.runs(RunQuery(folded=True))
    assert [int(run.run_id, 16) for run in page.runs] == [5, 4, 3]
    assert (page.total, page.matched, page.attempt_counts) == (3, 5, {run_id(4): 3})
    assert listed(cells, folded=True, below=run_id(4)) == [2, 1]
    assert listed(cells, folded=True, below=run_id(3)) == []
    cells.delete_run(run_id(4))
    assert listed(cells, folded=True) == [5, 3, 2]


def test_trials_that_a_cell_makes_in_a_loop_stay_apart(store: Store) -> None:
    with store.ingest() as ingest:
        placed(ingest, 1, cell="a")
        for number in (2, 3):
            placed(ingest, number, cell="a", parent=1)
    assert sorted(listed(store, folded=True)) == [1, 2, 3]
    assert listed(store, folded=True, nested=True) == [1]
    assert sorted(listed(store, folded=True, nested=True, below=run_id(1))) == [2, 3]


def test_groups_stand_where_the_best_of_them_would(sweep: Store) -> None:
    assert groups(sweep, "params.lr") == [("0.01", 2), ("auto", 1), ("0.1", 2), (None, 1)]
    by_loss = {"order_by": ["metrics.loss ASC"]}
    assert groups(sweep, "params.lr", **by_loss) == [
        ("0.01", 2),
        ("0.1", 2),
        ("auto", 1),
        (None, 1),
    ]
    by_key = {"order_by": ["params.lr DESC"]}
    assert groups(sweep, "params.lr", **by_key) == [("0.1", 2), ("0.01", 2), ("auto", 1), (None, 1)]


def test_a_group_holds_what_its_count_says(sweep: Store) -> None:
    for by in ("params.lr", "parent", "experiment", "status", "user_id", "cell", "tags.team"):
        for value, count in groups(sweep, by):
            assert len(listed(sweep, group=Group(by, value))) == count, (by, value)


def test_a_group_tells_the_range_and_mean_of_its_metrics(sweep: Store) -> None:
    found = sweep.run_groups(RunQuery(), "params.lr", ["loss", "nothing"])
    metrics = {group.value: group.metrics for group in found.groups}
    assert metrics[None] == []
    (loss,) = metrics["0.1"]
    assert (loss.key, loss.count, loss.min, loss.max, loss.mean) == ("loss", 2, 0.3, 0.5, 0.4)
    (without_nan,) = metrics["0.01"]
    assert (without_nan.count, without_nan.min, without_nan.max) == (1, 0.1, 0.1)


def test_groups_are_named_by_what_they_are_of(sweep: Store, store: Store) -> None:
    found = sweep.run_groups(RunQuery(), "parent", [])
    assert {group.label for group in found.groups} == {"run-1", "run-4", ""}
    found = sweep.run_groups(RunQuery(), "experiment", [])
    assert [group.label for group in found.groups] == ["digits"]


def test_runs_of_a_cell_are_a_group(cells: Store) -> None:
    assert groups(cells, "cell") == [(None, 1), ("study.ipynb#a", 3), ("study.ipynb#b", 1)]


def test_groups_are_paged_and_narrowed(sweep: Store) -> None:
    page = sweep.run_groups(RunQuery(limit=1, offset=1), "params.lr", [])
    assert ([group.value for group in page.groups], page.total) == (["auto"], 4)
    assert groups(sweep, "params.lr", filter="metrics.loss < 0.4") == [("0.01", 1), ("0.1", 1)]


@pytest.mark.parametrize("by", ["", "lr", "params.", "metrics.loss", "note; DROP", "datasets.x"])
def test_what_can_be_grouped_by_is_told(sweep: Store, by: str) -> None:
    for ask in (
        lambda: sweep.run_groups(RunQuery(), by, []),
        lambda: sweep.runs(RunQuery(group=Group(by, "1"))),
    ):
        with pytest.raises(InvalidValueError, match=r"Can't group by .* Expected params\.<key>"):
            ask()


def test_ids_are_those_of_the_list(sweep: Store) -> None:
    query = RunQuery(order_by=["metrics.loss DESC"], limit=3)
    assert sweep.run_ids(query).run_ids == [run.run_id for run in sweep.runs(query).runs]
    assert sweep.run_ids(query).total == 6


def test_a_parent_that_is_not_there_hides_nothing(store: Store) -> None:
    with store.ingest() as ingest:
        placed(ingest, 2, parent=1)
    assert listed(store, nested=True) == [2]
