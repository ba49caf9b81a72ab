"""Lists in pages: each page in its order, tokens from first to last, and tokens that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from conftest import Server

from stories.telling import made, outcome, run, run_in, scenario_list

SCENARIOS, scenario = scenario_list()
GARBLED = ("garbled", "e30=", "=", "x" * 300)
"""No base 64, no place, nothing, and much."""


def walk(ask: Callable[..., Any], what: str, name: Callable[[Any], Any]) -> Iterator[Any]:
    """Yield the names on each page, up to the last."""
    token = ""
    while True:
        answer = ask(**({"page_token": token} if token else {}))
        yield [name(one) for one in answer.get(what, [])]
        token = answer.get("next_page_token", "")
        if not token:
            return


@scenario
def runs_in_pages(server: Server) -> Any:
    number = made(server, "paged runs")
    for index in range(5):
        run(server, number, f"run {index}", start_time=index)
    for order in ([], ["run_name DESC"], ["start_time ASC"]):
        yield from walk(
            lambda order=order, **more: server.post(
                "runs/search", experiment_ids=[number], max_results=2, order_by=order, **more
            ),
            "runs",
            lambda one: one["info"]["run_name"],
        )
    for token in GARBLED:
        body = {"experiment_ids": [number], "page_token": token}
        yield token, outcome(server.call("POST", "runs/search", body))


@scenario
def experiments_in_pages(server: Server) -> Any:
    for index in range(5):
        made(server, f"paged experiment {index}")
    asked = {"filter": "name LIKE 'paged experiment%'", "max_results": 2}
    for order in (["name"], ["name DESC"], ["experiment_id"]):
        for call in (server.post, server.get):
            yield from walk(
                lambda call=call, order=order, **more: call(
                    "experiments/search", order_by=order, **asked, **more
                ),
                "experiments",
                lambda one: one["name"],
            )
    for token in GARBLED:
        body = {"max_results": 2, "page_token": token}
        yield token, outcome(server.call("POST", "experiments/search", body))


@scenario
def points_in_pages(server: Server) -> Any:
    _, one = run_in(server, "paged points")
    points = [
        {"key": "m", "value": float(value), "timestamp": 7 - value, "step": value}
        for value in range(7)
    ]
    server.post("runs/log-batch", run_id=one, metrics=points)
    yield from walk(
        lambda **more: server.get(
            "metrics/get-history", run_id=one, metric_key="m", max_results=3, **more
        ),
        "metrics",
        lambda point: (point["value"], point["step"], point["timestamp"]),
    )
    for token in GARBLED:
        query = {"run_id": one, "metric_key": "m", "max_results": 3, "page_token": token}
        yield token, outcome(server.call("GET", "metrics/get-history", **query))


@scenario
def registered_models_in_pages(server: Server) -> Any:
    number, one = run_in(server, "paged models")
    for index in range(5):
        server.post("registered-models/create", name=f"paged {index}")
    for _ in range(5):
        source = f"mlflow-artifacts:/{number}/{one}/artifacts/m"
        server.post("model-versions/create", name="paged 3", source=source, run_id=one)
    asked = {"filter": "name LIKE 'paged%'", "max_results": 2}
    for order in ([], ["name DESC"], ["name ASC"]):
        yield from walk(
            lambda order=order, **more: server.get(
                "registered-models/search", order_by=order, **asked, **more
            ),
            "registered_models",
            lambda model: model["name"],
        )
    for order in (["version_number ASC"], ["version_number DESC"], ["name", "version_number"]):
        yield from walk(
            lambda order=order, **more: server.get(
                "model-versions/search", order_by=order, **asked, **more
            ),
            "model_versions",
            lambda version: version["version"],
        )
    for path in ("registered-models/search", "model-versions/search"):
        for token in GARBLED:
            yield path, token, outcome(server.call("GET", path, page_token=token))


@scenario
def logged_models_in_pages(server: Server) -> Any:
    number = made(server, "paged logged models")
    for index in range(5):
        server.post("logged-models", experiment_id=number, name=f"net {index}")
    for ascending in (True, False):
        order = [{"field_name": "name", "ascending": ascending}]
        yield from walk(
            lambda order=order, **more: server.post(
                "logged-models/search",
                experiment_ids=[number],
                max_results=2,
                order_by=order,
                **more,
            ),
            "models",
            lambda model: model["info"]["name"],
        )
    for body in (
        {"filter": "metrics.acc >"},
        {"order_by": [{"field_name": "colour"}]},
        {"order_by": [{"ascending": True}]},
        {"datasets": [{"dataset_digest": "d"}]},
    ):
        asked = {"experiment_ids": [number], **body}
        yield body, outcome(server.call("POST", "logged-models/search", asked))
    for body in ({"page_token": "garbled"}, {"filter": "colour = 'red'"}):
        # MLflow fails with 500 here; a bad request is a 400 for us.
        status, _ = server.call(
            "POST", "logged-models/search", {"experiment_ids": [number], **body}
        )
        yield body, status >= 400
