"""Run ids: random but for the colour in them, which the browser reads alike."""

from __future__ import annotations

import json
from pathlib import Path

from lightflow_jlab.contract.limits import check_run_id
from lightflow_jlab.contract.run_ids import COLOR_COUNT, color_of, new_run_id
from lightflow_jlab.widgets.palette import PALETTE, run_color

GOLDEN = Path(__file__).parent.parent / "golden" / "palette" / "run_colors.json"


def test_runs_begun_one_after_another_have_different_colours() -> None:
    ids = [new_run_id() for _ in range(COLOR_COUNT)]
    assert {color_of(check_run_id(run_id)) for run_id in ids} == set(range(COLOR_COUNT))
    assert len({run_color(run_id) for run_id in ids}) == len(PALETTE) == COLOR_COUNT


def test_ids_are_never_the_same() -> None:
    assert len({new_run_id() for _ in range(10_000)}) == 10_000


def test_a_colour_is_the_one_that_the_browser_gives() -> None:
    golden: dict[str, str] = json.loads(GOLDEN.read_text("utf-8"))
    assert {run_id: run_color(run_id) for run_id in golden} == golden
