"""Edits of runs and experiments, and what the store refuses."""

from __future__ import annotations

import pytest

from lightflow_jlab.contract.rest import ExperimentPatch, RunPatch
from lightflow_jlab.errors import ConflictError, InvalidValueError, NotFoundError
from lightflow_jlab.store import Store

from .recorded import record, run_id


def test_a_run_is_renamed_noted_and_tagged(store: Store) -> None:
    record(store, 1, tags={"team": "blue", "old": "x"})
    run = store.update_run(
        run_id(1), RunPatch(run_name=" best ", note="# Why", tags={"old": None, "new": "y"})
    )
    assert (run.run_name, run.note, run.tags) == ("best", "# Why", {"team": "blue", "new": "y"})


def test_an_experiment_is_made_changed_and_found_by_name(store: Store) -> None:
    made = store.create_experiment("letters", "Reading")
    changed = store.update_experiment(
        made.experiment_id, ExperimentPatch(name="words", tags={"goal": "reading"})
    )
    assert store.experiment_by_name("words") == changed
    assert store.experiment_by_name("letters") is None
    assert (changed.description, changed.tags) == ("Reading", {"goal": "reading"})


def test_a_name_is_taken_once_also_in_the_trash(store: Store) -> None:
    made = store.create_experiment("letters")
    store.delete_experiment(made.experiment_id)
    with pytest.raises(ConflictError, match="in the trash"):
        store.create_experiment("letters")
    with pytest.raises(ConflictError, match="exists already"):
        store.update_experiment(made.experiment_id, ExperimentPatch(name="Default"))


def test_the_default_experiment_stays(store: Store) -> None:
    with pytest.raises(ConflictError, match="can't be deleted"):
        store.delete_experiment("0")


@pytest.mark.parametrize("name", ["", "  ", "x" * 501])
def test_a_name_has_one_to_500_characters(store: Store, name: str) -> None:
    with pytest.raises(InvalidValueError):
        store.create_experiment(name)


def test_what_is_not_there_is_told(store: Store) -> None:
    for ask in (
        lambda: store.run(run_id(9)),
        lambda: store.delete_run(run_id(9)),
        lambda: store.experiment("99"),
        lambda: store.experiment("x"),
        lambda: store.history(run_id(9), "loss"),
    ):
        with pytest.raises(NotFoundError, match="There is no"):
            ask()
