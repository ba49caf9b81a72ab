"""What MLflow's clients write is what the sidebar shows."""

from __future__ import annotations

from typing import Any

from .conftest import RUN, Lab

API = "/mlflow/api/2.0/mlflow"


async def ask(lab: Lab, method: str, path: str, body: Any = None, **params: Any) -> Any:
    answer = await lab.call(method, f"{API}/{path}", body, **params)
    assert answer.status == 200, answer
    return answer.json


async def begun(lab: Lab, **more: Any) -> str:
    body = {"experiment_id": "1", "run_name": "from mlflow", "start_time": 5, **more}
    return (await ask(lab, "POST", "runs/create", body))["run"]["info"]["run_id"]


async def test_a_run_of_a_client_is_shown_like_any_other(lab: Lab) -> None:
    tags = {
        "mlflow.source.name": "train.ipynb",
        "mlflow.source.type": "NOTEBOOK",
        "mlflow.parentRunId": RUN,
        "mlflow.note.content": "# Good",
        "lightflow.cellId": "abc-1",
        "team": "vision",
    }
    pairs = [{"key": key, "value": value} for key, value in tags.items()]
    run_id = await begun(lab, tags=pairs, user_id="ada")
    batch = {
        "run_id": run_id,
        "metrics": [{"key": "loss", "value": 0.5, "timestamp": 7, "step": 1}],
        "params": [
            {"key": "lr", "value": "1e-3"},
            {"key": "depth", "value": "3"},
            {"key": "deep", "value": "True"},
            {"key": "net", "value": "mlp"},
        ],
    }
    await ask(lab, "POST", "runs/log-batch", batch)
    run = (await lab.get(f"runs/{run_id}"))["run"]
    assert (run["source_name"], run["source_type"]) == ("train.ipynb", "NOTEBOOK")
    assert (run["parent_run_id"], run["note"], run["cell_id"]) == (RUN, "# Good", "abc-1")
    assert (run["user_id"], run["tags"]) == ("ada", {"team": "vision"})
    values = {param["key"]: (param["value"], param["type"]) for param in run["params"]}
    assert values == {
        "lr": (0.001, "float"),
        "depth": (3, "int"),
        "deep": (True, "bool"),
        "net": ("mlp", "str"),
    }
    assert [(one["key"], one["last"]) for one in run["metrics"]] == [("loss", 0.5)]


async def test_a_run_of_a_kernel_is_seen_by_clients(lab: Lab) -> None:
    run = (await ask(lab, "GET", "runs/get", run_id=RUN))["run"]
    assert run["info"]["artifact_uri"] == f"mlflow-artifacts:/1/{RUN}/artifacts"
    assert run["data"]["params"] == [{"key": "lr", "value": "0.1"}]
    assert {"key": "mlflow.runName", "value": "run-01"} in run["data"]["tags"]
    history = await ask(lab, "GET", "metrics/get-history", run_id=RUN, metric_key="loss")
    values = [point["value"] for point in history["metrics"]]
    assert values == [1.5, 1.7976931348623157e308, 0.25, "NaN"]


async def test_the_sidebar_hears_at_once_of_what_a_client_writes(lab: Lab) -> None:
    stream = await lab.stream()
    await stream.read_message()
    run_id = await begun(lab)
    message = await stream.read_message()
    assert message is not None
    assert run_id in message


async def test_numbers_stay_apart_that_a_client_wrote_as_one_text(lab: Lab) -> None:
    run_id = await begun(lab)
    for key, text in {"a": "1" * 6_000, "b": "1e999", "c": "nan", "d": "0x10", "e": "١"}.items():
        body = {"run_id": run_id, "key": key, "value": text}
        await ask(lab, "POST", "runs/log-parameter", body)
    detail = await lab.get(f"runs/{run_id}")
    assert {one["key"]: one["type"] for one in detail["run"]["params"]} == {
        "a": "str",
        "b": "float",
        "c": "str",
        "d": "str",
        "e": "str",
    }


async def test_the_same_batch_again_adds_no_points(lab: Lab) -> None:
    run_id = await begun(lab)
    points = [{"key": "m", "value": 1.0, "timestamp": 1, "step": step} for step in range(5)]
    for _ in range(3):
        await ask(lab, "POST", "runs/log-batch", {"run_id": run_id, "metrics": points})
    run = (await lab.get(f"runs/{run_id}"))["run"]
    assert run["metrics"][0]["count"] == 5
