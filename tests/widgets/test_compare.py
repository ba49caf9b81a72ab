"""`lf.compare`: which runs are meant, what is shown of them, and what stays."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

import lightflow_jlab as lf
from lightflow_jlab.widgets.document import VIEW_MEDIA_TYPE
from tests.widgets.conftest import HOSTILE


def shown(comparison: Any) -> dict[str, Any]:
    data: dict[str, Any]
    data, _ = comparison._repr_mimebundle_()
    return data


def names(comparison: Any) -> list[str]:
    return [run.run_name for run in comparison.view.runs]


def test_runs_are_named_in_any_way(run_ids: list[str]) -> None:
    both = ["rate-0.1", "rate-0.5"]
    assert names(lf.compare(run_ids)) == both
    assert names(lf.compare(both)) == both
    assert names(lf.compare([lf.get_run(run_id) for run_id in run_ids])) == both
    assert names(lf.compare(lf.runs(order_by="start_time ASC"))) == both
    assert names(lf.compare("params.rate < 0.3")) == ["rate-0.1"]
    assert names(lf.compare(run_ids[1])) == ["rate-0.5"]
    assert names(lf.compare("rate-0.5")) == ["rate-0.5"]
    assert sorted(names(lf.compare())) == both


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["no-such-run"], "No run has the id or name 'no-such-run'"),
        (["ab" * 16], "ab" * 16),
        ([3], "3 is no run. Expected a run id"),
        (7, "Can't choose runs by int. Expected run ids"),
        ([], "There is no run to show"),
        ("params.rate >", "filter|Expected"),
        ("params.rate > 99", "There is no run to show"),
    ],
)
@pytest.mark.usefixtures("run_ids")
def test_runs_that_are_not_there_are_told(given: Any, message: str) -> None:
    with pytest.raises(lf.LightflowError, match=message):
        lf.compare(given)


def test_a_frame_without_ids_is_told(run_ids: list[str]) -> None:
    with pytest.raises(lf.InvalidValueError, match="no column 'run_id'"):
        lf.compare(lf.runs()[["status"]])


def test_too_many_runs_are_told(run_ids: list[str]) -> None:
    with pytest.raises(lf.InvalidValueError, match=r"40 runs were given; at most 20"):
        lf.compare(run_ids * 20)


def test_what_stays_is_a_picture_and_tables_of_what_differs(run_ids: list[str]) -> None:
    data = shown(lf.compare(run_ids))
    page = data["text/html"]
    assert "rate-0.1" in page and ">0.5<" in page
    assert "sgd" not in page and "Equal params: 1" in page
    assert ">0.095238 (−" in page, "the last loss of the second run"
    assert page.count("data:image/png;base64,") == 1
    with Image.open(io.BytesIO(base64.b64decode(data["image/png"]))) as picture:
        assert picture.format == "PNG" and len(picture.getcolors() or []) > 4
    assert data[VIEW_MEDIA_TYPE]["series"][0]["key"] == "loss"
    assert "sgd" in data["text/plain"]


def test_the_metrics_to_chart_are_chosen(run_ids: list[str]) -> None:
    assert lf.compare(run_ids, metrics=[]).view.series == []
    assert [one.key for one in lf.compare(run_ids, metrics=["loss"]).view.series] == ["loss"] * 2


def test_a_users_text_is_never_markup(hostile_run: str) -> None:
    page = shown(lf.compare([hostile_run, hostile_run]))["text/html"]
    assert "<img src=x" not in page and "</script>" not in page
    assert HOSTILE.replace("&", "&amp;").replace("<", "&lt;")[:20] in page


def test_a_nan_and_a_single_point_are_no_obstacle(run_ids: list[str]) -> None:
    with lf.start_run() as run:
        lf.log_metric("score", 1.0)
        for value in (float("nan"), float("inf"), 1.0, 1.0):
            lf.log_metric("loss", value)
    data = shown(lf.compare([run, run_ids[0]]))
    assert data["image/png"]
    assert ">1<" in data["text/html"]


def test_a_front_end_without_our_extension_gets_a_widget(
    run_ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from IPython.testing.globalipapp import get_ipython

    comparison = lf.compare(run_ids)
    assert "application/vnd.jupyter.widget-view+json" not in shown(comparison)
    monkeypatch.setitem(get_ipython().user_ns, "__vsc_ipynb_file__", "study.ipynb")
    data = shown(comparison)
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "text/html" in data and "image/png" in data
    assert comparison.widget().document["kind"] == "comparison"
