"""Runs are found, ordered and given out in pages."""

from __future__ import annotations

from typing import Any

from conftest import Server

from stories.telling import made, outcome, run, scenario_list

SCENARIOS, scenario = scenario_list()


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
