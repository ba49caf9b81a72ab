"""The feed of changes: what happened since a number, all of it, once."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from lightflow_jlab.contract.rest import ExperimentPatch, RunPatch
from lightflow_jlab.contract.stream import Changes, Reset, SubscribedSeries
from lightflow_jlab.store import Store

from .recorded import blank_store, columns, record, run_id

_actions = st.lists(
    st.tuples(
        st.sampled_from(
            ("start", "log", "note", "delete", "restore", "tag", "set aside", "empty", "look")
        ),
        st.integers(1, 3),
    ),
    max_size=15,
)


def act(store: Store, what: str, number: int) -> None:
    """Do one thing to a run, which is made when it is not there."""
    if what == "start":
        record(store, number, end_time=None)
        return
    with store.ingest() as ingest:
        ingest.add_points(run_id(number), "loss", columns([0.5]))
    if what == "note":
        store.update_run(run_id(number), RunPatch(note="new"))
    elif what == "delete":
        store.delete_run(run_id(number))
    elif what == "restore":
        store.restore_run(run_id(number))
    elif what == "set aside":
        aside = store.create_experiment(f"aside {store.seq()}")
        record(store, number + 10, experiment=aside.name)
        store.delete_experiment(aside.experiment_id)
    elif what == "empty":
        store.empty_trash(run_ids=[run_id(number + 10)])
    elif what == "tag":
        store.update_experiment("0", ExperimentPatch(tags={"goal": str(number)}))


def merged(seen: dict[str, Any], changes: Changes | Reset) -> int:
    assert isinstance(changes, Changes)
    for run in changes.runs:
        seen[run.run_id] = run
    for experiment in changes.experiments:
        seen[experiment.experiment_id] = experiment
    for removed in (*changes.removed_run_ids, *changes.removed_experiment_ids):
        seen.pop(removed, None)
    return changes.seq


@given(_actions)
@example([("note", 1), ("look", 1), ("start", 1), ("look", 1)])
@example([("set aside", 1), ("look", 1), ("empty", 1), ("set aside", 2), ("empty", 2)])
@settings(deadline=None, max_examples=10, derandomize=True, phases=[Phase.explicit, Phase.generate])
def test_following_the_feed_shows_what_a_first_load_shows(actions: list[tuple[str, int]]) -> None:
    with blank_store() as store:
        followed: dict[str, Any] = {}
        seq = 0
        for what, number in actions:
            if what == "look":
                seq = merged(followed, store.changes(seq))
            else:
                act(store, what, number)
        merged(followed, store.changes(seq))
        loaded: dict[str, Any] = {}
        merged(loaded, store.changes(0))
        assert followed == loaded


def test_who_is_far_behind_loads_anew(store: Store) -> None:
    for number in range(1, 6):
        record(store, number)
    assert store.changes(0, limit=3) == Reset(seq=store.seq())
    assert isinstance(store.changes(store.seq() + 1), Reset)
    assert store.changes(store.seq()) == Changes(
        seq=store.seq(), experiments=[], runs=[], removed_run_ids=[], removed_experiment_ids=[]
    )


def test_points_continue_where_the_subscriber_is(store: Store) -> None:
    record(store, 1, metrics={"loss": [3.0, 2.0, 1.0]})
    points = store.points_after([SubscribedSeries(run_id(1), "loss", 1)])
    assert points is not None
    (delta,) = points.series
    assert (delta.start, delta.steps, delta.values) == (1, [1, 2], [2.0, 1.0])
    assert store.points_after([SubscribedSeries(run_id(1), "loss", 3)]) is None
    far = store.points_after([SubscribedSeries(run_id(1), "loss", 0)], max_points=2)
    assert far is not None and far.stale == [SubscribedSeries(run_id(1), "loss", 3)]
