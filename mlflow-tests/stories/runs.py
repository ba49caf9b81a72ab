"""Runs with their params and tags: their life, and what is refused."""

from __future__ import annotations

import json
from typing import Any

from conftest import Server

from stories.telling import made, outcome, run, scenario_list

SCENARIOS, scenario = scenario_list()


@scenario
def a_run_lives(server: Server) -> Any:
    number = made(server, "runs")
    tags = [
        {"key": "mlflow.source.name", "value": "train.py"},
        {"key": "mlflow.source.type", "value": "LOCAL"},
        {"key": "mlflow.user", "value": "ada"},
        {"key": "mlflow.parentRunId", "value": "0" * 32},
    ]
    body = {"experiment_id": number, "run_name": "first", "start_time": 1, "user_id": "ada"}
    answer = server.post("runs/create", tags=tags, **body)
    yield answer
    one = answer["run"]["info"]["run_id"]
    yield server.post("runs/set-tag", run_id=one, key="mlflow.note.content", value="*good*")
    yield server.post("runs/set-tag", run_id=one, key="mlflow.runName", value="renamed")
    yield server.post("runs/set-tag", run_uuid=one, key="empty", value="")
    yield server.post("runs/log-parameter", run_id=one, key="lr", value="0.10")
    yield server.post("runs/log-parameter", run_id=one, key="lr", value="0.10")
    yield server.post("runs/log-parameter", run_id=one, key="empty", value="")
    yield server.post("runs/log-parameter", run_id=one, key="long", value="v" * 7_000)
    yield server.get("runs/get", run_id=one)
    yield server.get("runs/get", run_uuid=one)
    yield server.post("runs/update", run_id=one, status="FINISHED", end_time=5, run_name="last")
    yield server.post("runs/delete-tag", run_id=one, key="empty")
    yield server.post("runs/delete-tag", run_id=one, key="mlflow.note.content")
    yield server.get("runs/get", run_id=one)
    yield server.post("runs/delete", run_id=one)
    yield server.get("runs/get", run_id=one)
    for path, body in (
        ("log-metric", {"key": "m", "value": 1, "timestamp": 1}),
        ("log-parameter", {"key": "p", "value": "1"}),
        ("set-tag", {"key": "t", "value": "1"}),
        ("delete-tag", {"key": "mlflow.user"}),
        ("update", {"status": "FAILED"}),
        ("log-batch", {"params": [{"key": "p", "value": "1"}]}),
    ):
        yield outcome(server.call("POST", f"runs/{path}", {"run_id": one, **body}))
    yield server.post("runs/restore", run_id=one)
    yield server.get("runs/get", run_id=one)


@scenario
def writing_to_a_run_is_refused(server: Server) -> Any:
    one = run(server, made(server, "refused"), "one")
    server.post("runs/log-parameter", run_id=one, key="p", value="1")
    point = {"key": "m", "value": 1.0, "timestamp": 1, "step": 1}
    for path, body in (
        ("log-parameter", {"key": "p", "value": "2"}),
        ("log-parameter", {"key": "a@b", "value": "2"}),
        ("log-parameter", {"key": "../up", "value": "2"}),
        ("log-parameter", {"key": "/root", "value": "2"}),
        ("log-parameter", {"key": "a//b", "value": "2"}),
        ("log-parameter", {"key": "k" * 251, "value": "2"}),
        ("log-parameter", {"value": "2"}),
        ("log-parameter", {"key": "", "value": "2"}),
        ("log-parameter", {"key": "p", "value": 5}),
        ("log-metric", {"key": "m", "timestamp": 1}),
        ("log-metric", {"key": "m", "value": 1}),
        ("log-metric", {"key": "m", "value": "high", "timestamp": 1}),
        ("log-metric", {"key": "m", "value": 1, "timestamp": -1}),
        ("log-metric", {"key": "m", "value": 1, "timestamp": 1, "step": "two"}),
        ("log-metric", {"key": "m%", "value": 1, "timestamp": 1}),
        ("set-tag", {"key": "t+", "value": "1"}),
        ("set-tag", {"value": "1"}),
        ("delete-tag", {"key": "nothing"}),
        ("delete-tag", {}),
        ("log-batch", {"metrics": [point] * 1001}),
        ("log-batch", {"params": [{"key": f"p{i}", "value": "1"} for i in range(101)]}),
        ("log-batch", {"tags": [{"key": f"t{i}", "value": "1"} for i in range(101)]}),
        ("log-batch", {"tags": [{"key": f"t{i}", "value": "1"} for i in range(10_000)]}),
        ("log-batch", {"params": [{"key": "q", "value": "1"}, {"key": "p", "value": "2"}]}),
        ("log-batch", {"params": [{"key": "q", "value": "1"}, {"key": "q", "value": "1"}]}),
        ("log-batch", {"metrics": [{"key": "m", "value": 1.0}]}),
        ("log-batch", {"metrics": [point, {**point, "key": "a@"}]}),
        ("log-batch", {"metrics": "many"}),
        ("log-batch", {"params": [{"value": "1"}]}),
        ("create", {"experiment_id": "987654"}),
        ("create", {"experiment_id": "0", "start_time": "soon"}),
        (
            "create",
            {
                "experiment_id": "0",
                "tags": [{"key": "mlflow.runName", "value": "a"}],
                "run_name": "b",
            },
        ),
    ):
        yield (
            path,
            str(body)[:60],
            outcome(server.call("POST", f"runs/{path}", {"run_id": one, **body})),
        )
    unknown = "0" * 32
    for path in ("update", "delete", "restore", "log-batch"):
        yield outcome(server.call("POST", f"runs/{path}", {"run_id": unknown}))
    for body in ({}, {"run_id": ""}, {"run_id": 5}):
        yield outcome(server.call("POST", "runs/delete", body))
    for query in ({}, {"run_id": unknown}):
        yield outcome(server.call("GET", "runs/get", **query))
    yield server.get("runs/get", run_id=one)


@scenario
def an_older_client_logs_a_model(server: Server) -> Any:
    one = run(server, made(server, "log-model"), "one")
    model = {"artifact_path": "model", "flavors": {}, "run_id": one, "utc_time_created": "now"}
    for text in (json.dumps(model), "{", json.dumps({"flavors": {}})):
        body = {"run_id": one, "model_json": text}
        yield text[:20], outcome(server.call("POST", "runs/log-model", body))
    yield [tag["key"] for tag in server.get("runs/get", run_id=one)["run"]["data"]["tags"]]
