"""The picture that stays: its axes are round numbers whatever the values are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightflow_jlab.contract.contents import Series
from lightflow_jlab.widgets.document import View, ViewRun
from lightflow_jlab.widgets.picture import draw
from lightflow_jlab.widgets.ticks import tick_texts, ticks

numbers = st.floats(-1e300, 1e300)


def view(values: list[float | str], steps: list[int] | None = None) -> View:
    run = ViewRun("a" * 32, "a\nname \x00 → 名", "FINISHED", 0, 1000, [], [], None)
    at = steps or list(range(len(values)))
    series = Series("a" * 32, "loss", at, list(values), at, len(at), len(at), False)
    return View(1, "run", [run, run], [series])


@given(numbers, numbers)
def test_ticks_are_few_rising_and_inside(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    found = ticks(low, high, 5)
    assert len(found) <= 7
    assert found == sorted(found)
    slack = (high / 2 - low / 2) * 1e-6 + 1e-300
    assert all(low - slack <= value <= high + slack for value in found)
    assert len(tick_texts(found)) == len(found)


def test_ticks_are_round() -> None:
    assert tick_texts(ticks(0.03, 0.97, 5)) == ["0.2", "0.4", "0.6", "0.8"]
    assert tick_texts(ticks(-12, 310, 5)) == ["0", "100", "200", "300"]
    assert tick_texts(ticks(1e6, 5e6, 5)) == ["1e+06", "2e+06", "3e+06", "4e+06", "5e+06"]


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 1.0],
        [0.0, 0.0, 0.0],
        ["NaN", "NaN"],
        [1.0, "NaN", "Infinity", 2.0, 3.0],
        [1e308, -1e308],
        [5e-324, 1e-320],
    ],
)
def test_any_values_are_drawn(values: list[float | str]) -> None:
    picture = draw(view(values))
    assert picture is not None and picture.startswith(b"\x89PNG")


def test_extreme_steps_are_drawn() -> None:
    assert draw(view([1.0, 2.0], [-(2**63), 2**63 - 1]))
    assert draw(view([1.0, 2.0], [7, 7]))


def test_one_point_is_no_picture() -> None:
    assert draw(view([1.0])) is None
