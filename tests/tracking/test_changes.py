"""`lf.changed`: what differs between the attempts of a cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lightflow_jlab as lf
from lightflow_jlab.store.leading_metric import is_lower_better
from lightflow_jlab.tracking.run import Source

CELL = Source("NOTEBOOK", "study.ipynb", "cell-1")


def attempt(loss: float, source: str = "a\nb", environment: str = "", **params: Any) -> str:
    with lf.start_run(source=CELL) as run:
        lf.log_params(params)
        lf.log_metric("val/loss", loss)
        run.log_document("source", source)
        if environment:
            run.log_document("environment", environment)
    return run.info.run_id


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> None:
    lf.set_tracking_uri(tmp_path)


def test_metrics_params_lines_and_packages_are_compared_with_the_previous_attempt() -> None:
    attempt(0.5, "a\nb", '{"packages": {"numpy": "2.1", "old": "1"}}', lr=0.1, depth=3)
    attempt(0.25, "a\nc\nd", '{"packages": {"numpy": "2.2"}}', lr=0.2, depth=3)
    changes = lf.changed()
    assert changes.since_previous == [
        "Since attempt 1: val/loss 0.5 → 0.25 (-0.25, better); lr 0.1 → 0.2; "
        "lines of the cell +2 −1; package numpy 2.1 → 2.2; package old 1 → none"
    ]
    assert changes.since_best == []


def test_the_best_attempt_is_compared_with_too() -> None:
    attempt(0.1, lr=1)
    attempt(0.5, lr=2)
    run_id = attempt(0.3, lr=3)
    assert str(lf.changed(run_id)).splitlines() == [
        "Since attempt 2: val/loss 0.5 → 0.3 (-0.2, better); lr 2 → 3",
        "Since the best, attempt 1: val/loss 0.1 → 0.3 (+0.2, worse); lr 1 → 3",
    ]


def test_an_attempt_like_the_last_changed_nothing() -> None:
    attempt(float("nan"))
    attempt(float("nan"))
    assert str(lf.changed()).endswith(": nothing changed.")


def test_a_first_attempt_and_a_run_of_no_cell_are_told() -> None:
    attempt(0.1)
    with pytest.raises(lf.NotFoundError, match="first attempt of its cell"):
        lf.changed()
    with lf.start_run():
        pass
    with pytest.raises(lf.InvalidValueError, match="no notebook cell"):
        lf.changed()


@pytest.mark.parametrize(
    ("key", "lower"),
    [("loss/train", True), ("val_mae", True), ("accuracy", False), ("r2", False), ("lr", None)],
)
def test_the_direction_is_read_from_the_name(key: str, lower: bool | None) -> None:
    assert is_lower_better(key) is lower
