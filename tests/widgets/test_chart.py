"""`lf.chart`: an Altair chart that is still read where neither kernel nor network is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lightflow_jlab as lf


@pytest.fixture(autouse=True)
def two_runs(tmp_path: Path) -> None:
    lf.set_tracking_uri(tmp_path)
    for rate in (0.1, 0.5):
        with lf.start_run(run_name=f"rate-{rate}"):
            lf.log_param("rate", rate)
            for step in range(20):
                lf.log_metric("loss", 1 / (1 + rate * step))


def shown(chart: Any) -> dict[str, Any]:
    bundle: dict[str, Any]
    bundle, _ = chart._repr_mimebundle_()
    return bundle


def test_a_chart_is_drawn_by_jupyterlab_and_leaves_a_picture() -> None:
    bundle = shown(lf.chart("loss"))
    specification = bundle["application/vnd.vegalite.v5+json"]
    assert specification["$schema"].endswith("/v5.json")
    (rows,) = specification["datasets"].values()
    assert {row["run"] for row in rows} == {"rate-0.1", "rate-0.5"}
    assert len(rows) == 40
    assert "rate-0.5" in bundle["text/plain"]
    assert bundle["image/png"]
    assert "text/html" not in bundle, "it would be shown in the chart's place"


def test_a_chart_that_is_changed_by_altairs_methods_keeps_its_picture() -> None:
    bundle = shown(lf.chart("loss", log_y=True).properties(width=900))
    specification = bundle["application/vnd.vegalite.v5+json"]
    assert specification["width"] == 900
    assert specification["encoding"]["y"]["scale"] == {"type": "log"}
    assert bundle["image/png"]


def test_a_chart_has_the_colours_of_the_page_where_nobody_chose_others() -> None:
    chart = lf.chart("loss").configure_axis(labelColor="red")
    bundle, metadata = chart._repr_mimebundle_()
    config = bundle["application/vnd.vegalite.v5+json"]["config"]
    assert config["background"] == "transparent"
    assert config["axis"]["labelColor"] == "red"
    assert config["axis"]["titleColor"] == "currentColor"
    embedding = metadata["application/vnd.vegalite.v5+json"]["embed_options"]
    assert embedding == {"renderer": "svg"}
    on_black, _ = lf.chart("loss").configure(background="black")._repr_mimebundle_()
    assert "axis" not in on_black["application/vnd.vegalite.v5+json"]["config"]


def test_smoothing_keeps_the_number_of_points() -> None:
    (rows,) = shown(lf.chart("loss", smoothing=0.9))["application/vnd.vegalite.v5+json"][
        "datasets"
    ].values()
    assert len(rows) == 40


def test_a_metric_that_no_run_has_is_told_with_those_there_are() -> None:
    with pytest.raises(lf.NotFoundError, match="'accuracy'.*They have: loss"):
        lf.chart("accuracy")


@pytest.mark.parametrize(
    ("options", "message"), [({"x": "epoch"}, "x is 'epoch'"), ({"smoothing": 1.0}, "smoothing")]
)
def test_a_wrong_option_is_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(lf.InvalidValueError, match=message):
        lf.chart("loss", **options)


def test_a_metric_is_drawn_over_another_that_was_logged_less_often() -> None:
    with lf.start_run(run_name="epochs") as run:
        for step in range(6):
            lf.log_metric("loss", 10 - step, step)
            if step in (1, 4):
                lf.log_metric("epoch", step // 4, step)
    bundle = shown(lf.chart("loss", [run.info.run_id], x="epoch", log_x=True))
    specification = bundle["application/vnd.vegalite.v5+json"]
    (rows,) = specification["datasets"].values()
    assert [(row["x"], row["value"]) for row in rows] == [
        (0, 9), (0, 8), (0, 7), (1, 6), (1, 5),
    ]  # fmt: skip
    assert specification["encoding"]["x"]["scale"] == {"type": "log"}
    assert specification["encoding"]["x"]["title"] == "epoch"
