"""Experiments: their life, what is refused, how they are found."""

from __future__ import annotations

from typing import Any

from conftest import Server

from stories.telling import made, outcome, run, scenario_list

SCENARIOS, scenario = scenario_list()


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
