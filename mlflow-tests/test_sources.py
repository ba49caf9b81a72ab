"""What MLflow's own server has is shown in our sidebar."""

from __future__ import annotations

import pytest
import requests
from conftest import TOKEN, Server
from mlflow.data.pandas_dataset import from_pandas
from mlflow.entities import DatasetInput, InputTag, Metric
from mlflow.tracking import MlflowClient
from pandas import DataFrame

RUNS = 14
PAGE = 6
POINTS = 2_000


@pytest.fixture(scope="module")
def number(theirs: Server) -> str:
    """Return the id of an experiment with more runs than a page, one with a long history."""
    client = MlflowClient(theirs.uri)
    number = client.create_experiment("shown elsewhere", tags={"area": "letters"})
    for index in range(RUNS):
        run = client.create_run(number, start_time=index + 1, run_name=f"run {index:02}")
        client.log_param(run.info.run_id, "depth", index % 4)
    history = [Metric("loss", step * 0.5, step, step) for step in range(POINTS)]
    for start in range(0, POINTS, 1_000):
        client.log_batch(run.info.run_id, history[start : start + 1_000])
    client.log_metric(run.info.run_id, "wide", float("inf"))
    client.log_text(run.info.run_id, "hello", "notes/hello.txt")
    digits = from_pandas(DataFrame({"x": [1.5], "y": ["a"]}), name="digits")
    used = DatasetInput(digits._to_mlflow_entity(), [InputTag("mlflow.data.context", "training")])
    client.log_inputs(run.info.run_id, [used])
    client.set_terminated(run.info.run_id)
    return number


def test_its_runs_are_listed_page_by_page(ours: Server, number: str) -> None:
    named = {one["name"]: one for one in ours.sidebar("sources/theirs/experiments")["experiments"]}
    shown = named["shown elsewhere"]
    assert (shown["experiment_id"], shown["tags"]) == (number, {"area": "letters"})
    asked = {"experiment_id": number, "limit": PAGE}
    pages = [ours.sidebar("sources/theirs/runs", **asked, offset=start) for start in (0, 6, 12)]
    assert [(len(page["runs"]), page["more_exist"]) for page in pages] == [
        (6, True),
        (6, True),
        (2, False),
    ]
    assert pages[2]["total"] == RUNS
    names = [run["run_name"] for page in pages for run in page["runs"]]
    assert names == [f"run {index:02}" for index in reversed(range(RUNS))]


def test_it_is_searched_in_its_own_words(ours: Server, number: str) -> None:
    def found(**asked: str) -> list[str]:
        page = ours.sidebar("sources/theirs/runs", experiment_id=number, **asked)
        return [run["run_name"] for run in page["runs"]]

    assert len(found(filter="params.depth = '3' AND status != 'FINISHED'")) == RUNS // 4
    named = ["run 01", "run 10", "run 11", "run 12", "run 13"]
    assert found(text="RUN 1", order_by="run_name ASC") == named
    assert found(filter="metrics.loss > 1") == ["run 13"]
    answer = requests.get(
        f"{ours.uri.removesuffix('/mlflow')}/api/sources/theirs/runs",
        {"experiment_id": number, "filter": "metrics.loss > 1 OR metrics.loss < 0"},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=60,
    )
    assert answer.status_code == 400 and theirs_says_no(answer.json()["message"])


def theirs_says_no(message: str) -> bool:
    return "refuses the search" in message and "OR" in message


def test_a_run_is_shown_with_its_curves_and_files(ours: Server, number: str) -> None:
    (run, *_) = ours.sidebar("sources/theirs/runs", experiment_id=number)["runs"]
    assert (run["status"], run["params"][0]["value"]) == ("FINISHED", 1)
    last = {one["key"]: one["last"] for one in run["metrics"]}
    assert last == {"loss": (POINTS - 1) * 0.5, "wide": "Infinity"}
    asked = {"run_id": run["run_id"], "key": "loss", "max_points": 500}
    (series,) = ours.sidebar("sources/theirs/series", **asked)["series"]
    assert (series["total"], series["downsampled"]) == (POINTS, True)
    assert (series["steps"][0], series["steps"][-1]) == (0, POINTS - 1)
    (part,) = ours.sidebar("sources/theirs/series", **asked, start_step=5, end_step=9)["series"]
    assert part["values"] == [2.5, 3.0, 3.5, 4.0, 4.5]
    place = f"sources/theirs/runs/{run['run_id']}/artifacts"
    files = ours.sidebar(place, files="all")["artifacts"]
    assert [(one["path"], one["size_bytes"]) for one in files] == [("notes/hello.txt", 5)]
    assert ours.sidebar(f"{place}/preview/notes/hello.txt")["text"] == "hello"
    detail = ours.sidebar(f"sources/theirs/runs/{run['run_id']}")
    assert (detail["artifact_count"], detail["artifact_bytes"]) == (1, 5)
    (used,) = detail["datasets"]
    assert (used["name"], used["context"], used["shape"]) == ("digits", "training", "1")
    assert '"name": "y"' in used["schema"]
