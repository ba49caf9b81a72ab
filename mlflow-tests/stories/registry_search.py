"""Registered models and versions are found, ordered and given out in pages."""

from __future__ import annotations

from typing import Any

from conftest import Server

from stories.telling import outcome, run_in, scenario_list

SCENARIOS, scenario = scenario_list()


@scenario
def the_registry_is_searched(server: Server) -> Any:
    number, run = run_in(server, "registry search")
    uri = f"mlflow-artifacts:/{number}/{run}/artifacts/model"
    for name in ("find-a", "find-b", "Find-C"):
        server.post("registered-models/create", name=name)
        body = {"name": name, "key": "kind", "value": name[-1]}
        server.post("registered-models/set-tag", **body)
        for _ in range(2):
            server.post("model-versions/create", name=name, source=uri, run_id=run)
    body = {"name": "find-a", "version": "1", "key": "t", "value": "1"}
    server.post("model-versions/set-tag", **body)

    def models(text: str = "", **asked: Any) -> Any:
        answer = server.get("registered-models/search", filter=text, **asked)
        return text, [one["name"] for one in answer.get("registered_models", [])]

    for text in (
        "name LIKE 'find%'",
        "name ILIKE 'find%'",
        "name = 'find-a'",
        "name != 'find-a' AND name LIKE 'find%'",
        "tags.kind = 'a'",
        "name IN ('find-a', 'find-b')",
        "name LIKE 'find%' AND tag.`mlflow.prompt.is_prompt` != 'true'",
        "tags.`mlflow.prompt.is_prompt` = 'false' AND name LIKE 'find%'",
        "name LIKE 'find%' AND tag.`mlflow.prompt.is_prompt` = 'true'",
    ):
        yield models(text)
    yield models("name ILIKE 'find%'", order_by=["name DESC"])
    yield models("name ILIKE 'find%'", order_by=["name DESC"], max_results=2)
    answer = server.get("registered-models/search", filter="name ILIKE 'find%'", max_results=2)
    yield answer["next_page_token"] != ""
    yield models("name ILIKE 'find%'", max_results=2, page_token=answer["next_page_token"])

    def versions(text: str = "", **asked: Any) -> Any:
        answer = server.get("model-versions/search", filter=text, **asked)
        found = answer.get("model_versions", [])
        return text, [(one["name"], one["version"]) for one in found]

    order = {"order_by": ["name ASC", "version_number ASC"]}
    for text in (
        "name = 'find-a'",
        f"run_id = '{run}'",
        f"run_id IN ('{run}') AND name LIKE 'find-%'",
        "name = 'find-a' AND version_number > 1",
        f"source_path = '{uri}' AND name = 'find-b'",
        "tags.t = '1'",
        "name = 'find-a' AND tags.t = '1'",
        "name = 'find-a' AND tag.`mlflow.prompt.is_prompt` != 'true'",
    ):
        yield versions(text, **order)
    yield versions("name = 'find-a'", order_by=["version_number DESC"])
    for path, query in (
        ("registered-models/search", {"filter": "colour = 'red'"}),
        ("registered-models/search", {"max_results": 1001}),
        ("registered-models/search", {"order_by": ["colour"]}),
        ("registered-models/search", {"page_token": "garbled"}),
        ("model-versions/search", {"filter": "colour = 'red'"}),
        ("model-versions/search", {"max_results": 0}),
        ("model-versions/search", {"max_results": 200_001}),
        ("model-versions/search", {"order_by": ["colour"]}),
    ):
        yield path, query, outcome(server.call("GET", path, **query))
