"""The same calls, the same answers: experiments, runs, metrics, params, tags, datasets."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Server
from stories import Scenario, assert_alike, made, outcome, run, scenario_list

SCENARIOS, scenario = scenario_list()


@pytest.mark.parametrize("story", SCENARIOS, ids=lambda story: story.__name__)
def test_both_servers_answer_alike(story: Scenario, theirs: Server, ours: Server) -> None:
    assert_alike(story, theirs, ours)


@scenario
def an_experiment_lives(server: Server) -> Any:
    tags = [{"key": "team", "value": "vision"}, {"key": "mlflow.note.content", "value": "# Hi"}]
    number = server.post("experiments/create", name="life", tags=tags)["experiment_id"]
    yield server.get("experiments/get", experiment_id=number)
    yield server.get("experiments/get-by-name", experiment_name="life")
    yield server.post("experiments/update", experiment_id=number, new_name="Life of experiments")
    yield server.post("experiments/set-experiment-tag", experiment_id=number, key="a", value="1")
    yield server.post("experiments/set-experiment-tag", experiment_id=number, key="a", value="2")
    yield server.post("experiments/delete-experiment-tag", experiment_id=number, key="team")
    yield server.get("experiments/get", experiment_id=number)
    first = run(server, number, "one")
    yield server.post("experiments/delete", experiment_id=number)
    yield server.get("experiments/get", experiment_id=number)
    yield server.get("runs/get", run_id=first)
    for path in ("delete", "set-experiment-tag", "delete-experiment-tag"):
        body = {"experiment_id": number, "key": "a", "value": "3"}
        yield outcome(server.call("POST", f"experiments/{path}", body))
    yield outcome(server.call("POST", "runs/create", {"experiment_id": number}))
    yield server.post("experiments/restore", experiment_id=number)
    yield outcome(server.call("POST", "experiments/restore", {"experiment_id": number}))
    yield server.get("runs/get", run_id=first)


@scenario
def experiments_are_refused(server: Server) -> Any:
    made(server, "taken")
    other = made(server, "other")
    for body in (
        {},
        {"name": ""},
        {"name": 5},
        {"name": "taken"},
        {"name": "x" * 501},
        {"name": "t", "tags": "none"},
        {"name": "t", "tags": [{"key": "k" * 251, "value": "v"}]},
        {"name": "t", "tags": [{"key": "k@", "value": "v"}]},
        {"name": "t", "tags": [{"key": "k", "value": "v" * 20_001}]},
    ):
        yield outcome(server.call("POST", "experiments/create", body))
    for query in ({}, {"experiment_id": "987654"}, {"experiment_id": "abc"}):
        yield outcome(server.call("GET", "experiments/get", **query))
    yield outcome(server.call("GET", "experiments/get-by-name", experiment_name="nobody"))
    yield outcome(server.call("GET", "experiments/get-by-name"))
    for body in ({"experiment_id": other}, {"experiment_id": other, "new_name": ""}):
        yield outcome(server.call("POST", "experiments/update", body))
    body = {"experiment_id": other, "key": "nothing"}
    yield outcome(server.call("POST", "experiments/delete-experiment-tag", body))
    yield outcome(server.call("POST", "experiments/create", b"{not json"))


@scenario
def experiments_are_searched(server: Server) -> Any:
    for name in ("search-a", "search-b", "Search-C"):
        number = made(server, name)
        body = {"experiment_id": number, "key": "kind", "value": name[-1]}
        server.post("experiments/set-experiment-tag", **body)
    server.post("experiments/delete", experiment_id=number)

    def names(**asked: Any) -> Any:
        asked = {"max_results": 100, **asked}
        answer = server.post("experiments/search", **asked)
        return [one["name"] for one in answer.get("experiments", [])]

    mine = "name LIKE 'search-%'"
    yield sorted(names(filter=mine))
    yield sorted(names(filter="name ILIKE 'search-%'", view_type="ALL"))
    yield names(filter="name ILIKE 'search-%'", view_type="DELETED_ONLY")
    yield names(filter=mine, order_by=["name DESC"])
    yield names(filter=mine, order_by=["name"])
    yield names(filter="name = 'search-a'")
    yield names(filter="name != 'search-a' AND name LIKE 'search%'")
    yield names(filter="tags.kind = 'a'")
    yield sorted(names(filter="tags.`kind` LIKE '%' AND creation_time > 5"))
    answer = server.post("experiments/search", max_results=1, filter=mine, order_by=["name"])
    yield [one["name"] for one in answer["experiments"]]
    yield names(filter=mine, order_by=["name"], page_token=answer["next_page_token"])
    for body in (
        {},
        {"max_results": 0},
        {"max_results": 50_001},
        {"max_results": 5, "filter": "colour = 'red'"},
        {"max_results": 5, "filter": "name = "},
        {"max_results": 5, "order_by": ["colour"]},
        {"max_results": 5, "page_token": "garbled"},
    ):
        yield outcome(server.call("POST", "experiments/search", body))


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
def metrics_are_kept(server: Server) -> Any:
    one = run(server, made(server, "metrics"), "one")
    log = "runs/log-metric"
    for step, value in ((3, 0.5), (1, 2.5), (2, "NaN"), (3, 0.5)):
        server.post(log, run_id=one, key="loss", value=value, timestamp=10 + step, step=step)
    for value in (5.0, 7.0, 6.0):
        server.post(log, run_id=one, key="tie", value=value, timestamp=1, step=1)
    server.post(log, run_id=one, key="no step", value=1, timestamp=1)
    points = [
        {"key": "inf", "value": "Infinity", "timestamp": 1, "step": 1},
        {"key": "inf", "value": "-Infinity", "timestamp": 2, "step": 2},
        {"key": "a/b", "value": "0.25", "timestamp": "7", "step": "9"},
        {"key": "a/b", "value": 1, "timestamp": 7, "step": 9},
        {"key": "nan", "value": "NaN", "timestamp": 7, "step": -9},
    ]
    yield server.post(
        "runs/log-batch",
        run_id=one,
        metrics=points,
        params=[{"key": "depth", "value": "3"}],
        tags=[{"key": "t", "value": "1"}, {"key": "t", "value": "2"}],
    )
    yield server.post("runs/log-batch", run_id=one, metrics=points)
    yield server.get("runs/get", run_id=one)
    for key in ("loss", "tie", "inf", "a/b", "nan", "no step", "unknown"):
        yield key, server.get("metrics/get-history", run_id=one, metric_key=key)
    page = server.get("metrics/get-history", run_id=one, metric_key="loss", max_results=2)
    yield page["metrics"]
    token = page["next_page_token"]
    yield server.get(
        "metrics/get-history", run_id=one, metric_key="loss", max_results=2, page_token=token
    )
    for query in (
        {"run_id": one},
        {"run_id": one, "metric_key": "loss", "max_results": 0},
        {"run_id": one, "metric_key": "loss", "max_results": 5, "page_token": "x"},
        {"metric_key": "loss"},
    ):
        yield outcome(server.call("GET", "metrics/get-history", **query))


@scenario
def histories_of_several_runs(server: Server) -> Any:
    number = made(server, "histories")
    runs = [run(server, number, name) for name in ("one", "two")]
    for index, one in enumerate(runs):
        points = [
            {"key": "m", "value": step * 1.0 + index, "timestamp": step, "step": step}
            for step in range(50)
        ]
        server.post("runs/log-batch", run_id=one, metrics=points)
    path = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
    for query in (
        {"max_results": 100},
        {"start_step": 5, "end_step": 9},
        {"start_step": 5},
        {"start_step": 9, "end_step": 5},
        {"max_results": 0},
        {"max_results": 1},
    ):
        yield outcome(server.call("GET", path, run_ids=runs[:1], metric_key="m", **query))
    sampled = server.get(path, run_ids=runs[:1], metric_key="m", max_results=10)["metrics"]
    yield len(sampled), sampled[0]["step"], sampled[-1]["step"]
    yield outcome(server.call("GET", path, metric_key="m"))


@scenario
def runs_are_searched(server: Server) -> Any:
    number = made(server, "searched")
    values = {"a": 0.1, "b": 0.3, "c": "NaN", "d": None}
    for index, (name, value) in enumerate(values.items()):
        one = run(server, number, name, start_time=1_000 + index)
        if value is not None:
            body = {"key": "acc", "value": value, "timestamp": 1, "step": 1}
            server.post("runs/log-metric", run_id=one, **body)
        server.post("runs/log-parameter", run_id=one, key="lr", value=f"{10**-index}")
        server.post("runs/log-parameter", run_id=one, key="model name", value=f"Net-{name}")
        server.post("runs/set-tag", run_id=one, key="stage", value="dev" if index else "prod")
        if index % 2:
            server.post("runs/update", run_id=one, status="FINISHED", end_time=2_000 + index)
            server.post("runs/set-tag", run_id=one, key="mlflow.parentRunId", value="1" * 32)
    last = one
    server.post("runs/delete", run_id=last)

    def names(text: str = "", **asked: Any) -> Any:
        answer = server.post("runs/search", experiment_ids=[number], filter=text, **asked)
        return text, asked, [one["info"]["run_name"] for one in answer.get("runs", [])]

    for text in (
        "",
        "metrics.acc > 0.2",
        "metrics.acc != 0.1",
        "metric.acc <= 0.3 and metrics.acc >= 0.1",
        "params.lr = '0.1'",
        "params.lr != '0.1'",
        "params.`model name` LIKE 'Net-%'",
        'param."model name" ILIKE "net-A"',
        "params.missing IS NULL",
        "params.lr IS NOT NULL",
        "tags.stage = 'dev'",
        "tag.stage != 'dev'",
        "tags.mlflow.runName = 'b'",
        f"tags.mlflow.parentRunId = '{'1' * 32}'",
        "tags.mlflow.parentRunId IS NULL",
        "attributes.status = 'FINISHED'",
        "status = 'finished'",
        "attr.run_name LIKE '%'",
        "run_name = 'a'",
        "`run name` = 'b'",
        "start_time >= 1001",
        "created < 1002",
        "end_time > 0",
        "artifact_uri LIKE 'mlflow-artifacts:%'",
        "user_id = ''",
        f"run_id IN ('{last}', 'x')",
        f"run_id NOT IN ('{last}', 'x')",
    ):
        yield names(text)
    for order in (
        ["metrics.acc"],
        ["metrics.acc DESC"],
        ["params.lr ASC"],
        ["params.`model name` DESC"],
        ["attributes.start_time ASC"],
        ["start_time DESC"],
        ["end_time"],
        ["tags.stage", "run_name DESC"],
        ["status", "metrics.acc DESC"],
    ):
        yield names(order_by=order)
    for view in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL"):
        yield names(run_view_type=view)
    answer = server.post("runs/search", experiment_ids=[number], max_results=2)
    yield answer
    yield server.post(
        "runs/search",
        experiment_ids=[number],
        max_results=2,
        page_token=answer["next_page_token"],
    )
    yield server.post("runs/search", experiment_ids=[])
    yield server.post("runs/search", experiment_ids=["987654"])
    for body in (
        {"filter": "metrics.acc > 'high'"},
        {"filter": "metrics.acc >"},
        {"filter": "colour = 'red'"},
        {"filter": "tags.stage = 5"},
        {"order_by": ["colour"]},
        {"order_by": "start_time"},
        {"max_results": 0},
        {"max_results": 50_001},
        {"page_token": "garbled"},
    ):
        yield (
            body,
            outcome(server.call("POST", "runs/search", {"experiment_ids": [number], **body})),
        )


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
