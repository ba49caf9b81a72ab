"""Datasets that runs used."""

from __future__ import annotations

from typing import Any

from conftest import Server

from stories.telling import made, outcome, run, scenario_list

SCENARIOS, scenario = scenario_list()


@scenario
def datasets_are_used(server: Server) -> Any:
    number = made(server, "datasets")
    one = run(server, number, "one", start_time=1)
    two = run(server, number, "two", start_time=2)
    digits = {
        "name": "digits",
        "digest": "abc",
        "source_type": "local",
        "source": '{"uri": "digits.csv"}',
        "schema": "{}",
        "profile": '{"rows": 5}',
    }
    context = [{"key": "mlflow.data.context", "value": "training"}]
    used = {"dataset": digits, "tags": context}
    yield server.post("runs/log-inputs", run_id=one, datasets=[used, used])
    again = {"dataset": digits, "tags": [{"key": "mlflow.data.context", "value": "test"}]}
    yield server.post("runs/log-inputs", run_id=one, datasets=[again])
    yield server.post("runs/log-inputs", run_id=two, datasets=[again])
    yield server.get("runs/get", run_id=one)
    yield server.get("runs/get", run_id=two)
    for text in (
        "datasets.name = 'digits'",
        "dataset.context = 'test'",
        "dataset.digest LIKE 'ab%'",
        "dataset.context IN ('training', 'other')",
        "dataset.name != 'digits'",
    ):
        answer = server.post("runs/search", experiment_ids=[number], filter=text)
        yield text, [run["info"]["run_name"] for run in answer.get("runs", [])]
    search = "/ajax-api/2.0/mlflow/experiments/search-datasets"
    summaries = server.post(search, experiment_ids=[number])["dataset_summaries"]
    yield sorted(summaries, key=str)
    yield outcome(server.call("POST", search, {"experiment_ids": []}))
    for dataset in (
        {**digits, "name": "n" * 501},
        {**digits, "digest": "d" * 37},
    ):
        body = {"run_id": one, "datasets": [{"dataset": dataset}]}
        yield outcome(server.call("POST", "runs/log-inputs", body))
    yield outcome(server.call("POST", "runs/log-inputs", {"run_id": "0" * 32, "datasets": [used]}))
