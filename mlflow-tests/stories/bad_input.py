"""What is no request: each address gets none, wrong types and fields that nobody knows."""

from __future__ import annotations

from typing import Any

from conftest import Server

from stories.telling import PAGES, outcome, run_in, scenario_list

SCENARIOS, scenario = scenario_list()

POSTED = """
experiments/create experiments/search experiments/update experiments/delete experiments/restore
experiments/set-experiment-tag experiments/delete-experiment-tag runs/create runs/search
runs/update runs/delete runs/restore runs/log-metric runs/log-parameter runs/log-batch
runs/set-tag runs/delete-tag runs/log-inputs runs/outputs logged-models logged-models/search
registered-models/create registered-models/rename registered-models/get-latest-versions
registered-models/set-tag registered-models/alias model-versions/create
model-versions/transition-stage model-versions/set-tag
""".split()
PATCHED = ["registered-models/update", "model-versions/update"]
DELETED = """
registered-models/delete registered-models/delete-tag registered-models/alias
model-versions/delete model-versions/delete-tag
""".split()
ASKED = """
experiments/get experiments/get-by-name runs/get artifacts/list metrics/get-history
registered-models/get registered-models/alias registered-models/get-latest-versions
model-versions/get model-versions/get-download-uri
""".split()
CALLS = [
    *(("POST", path) for path in POSTED),
    *(("PATCH", path) for path in PATCHED),
    *(("DELETE", path) for path in DELETED),
]
FIELDS = """
experiment_id experiment_ids name new_name key value run_id run_ids filter order_by stage version
alias source models datasets tags params metrics status model_id
""".split()
ANYTHING_GOES = {"experiments/search", "runs/search", "logged-models/search", "runs/create"}
"""Without a word said, these mean something."""


@scenario
def nothing_is_sent(server: Server) -> Any:
    for method, path in CALLS:
        if path not in ANYTHING_GOES:
            yield method, path, outcome(server.call(method, path, {}))
    for path in ASKED:
        yield path, outcome(server.call("GET", path))


@scenario
def wrong_types_are_sent(server: Server) -> Any:
    for method, path in CALLS:
        yield method, path, outcome(server.call(method, path, dict.fromkeys(FIELDS, 5)))


@scenario
def no_json_is_sent(server: Server) -> Any:
    """MLflow's server drops a body that it can't read; then what is required is missing."""
    for method, path in CALLS:
        if path not in ANYTHING_GOES:
            yield method, path, outcome(server.call(method, path, b"{not json"))


@scenario
def unknown_fields_are_ignored(server: Server) -> Any:
    number, run = run_in(server, "unknown fields")
    more = {"colour": "red", "deep": {"er": [1, None]}, "null": None}
    yield server.post("experiments/search", max_results=5, filter="name = 'x'", **more)
    point = {"key": "m", "value": 1, "timestamp": 1, "step": 1}
    yield server.post("runs/log-metric", run_id=run, **point, **more)
    yield server.post("runs/log-batch", run_id=run, metrics=[{**point, **more}], **more)
    yield server.post("runs/set-tag", run_id=run, key="t", value="1", **more)
    yield server.get("runs/get", run_id=run, colour="red")
    yield server.post("registered-models/create", name="unknown fields", **more)
    yield server.get("registered-models/search", filter="name = 'unknown fields'", colour="red")
    yield server.post("runs/search", experiment_ids=[number], **more)


@scenario
def keys_and_values_are_too_long(server: Server) -> Any:
    number, run = run_in(server, "too long")
    server.post("registered-models/create", name="too long")
    source = f"runs:/{run}/model"
    server.post("model-versions/create", name="too long", source=source, run_id=run)
    key, value = "k" * 251, "v"
    version = {"name": "too long", "version": "1"}
    for method, path, body in (
        ("POST", "experiments/set-experiment-tag", {"experiment_id": number}),
        ("POST", "runs/set-tag", {"run_id": run}),
        ("POST", "runs/log-parameter", {"run_id": run}),
        ("POST", "registered-models/set-tag", {"name": "too long"}),
        ("POST", "model-versions/set-tag", version),
        ("DELETE", "registered-models/delete-tag", {"name": "too long"}),
        ("DELETE", "model-versions/delete-tag", version),
    ):
        sent = {**body, "key": key, "value": value}
        yield path, outcome(server.call(method, path, sent))
    point = {"value": 1.0, "timestamp": 1, "step": 1}
    for body in (
        {"metrics": [{**point, "key": key}]},
        {"params": [{"key": key, "value": value}]},
        {"tags": [{"key": key, "value": value}]},
        {"tags": [{"key": f"t{index}", "value": value} for index in range(10_000)]},
    ):
        yield str(body)[:60], outcome(server.call("POST", "runs/log-batch", {"run_id": run} | body))
    yield server.post("runs/set-tag", run_id=run, key="long", value="v" * 9_000)
    tags = [{"key": f"t{index}", "value": value} for index in range(10_000)]
    for path, body in (
        ("experiments/create", {"name": "many tags"}),
        ("runs/create", {"experiment_id": number, "run_name": "many tags", "start_time": 1}),
        ("registered-models/create", {"name": "many tags"}),
    ):
        status, answer = server.call("POST", path, {**body, "tags": tags})
        yield path, status, sorted(answer)
    for path, body in (
        ("registered-models/create", {"name": "d", "description": "d" * 5_001}),
        ("registered-models/set-tag", {"name": "too long", "key": "k", "value": "v" * 100_001}),
        ("model-versions/set-tag", {**version, "key": "k", "value": "v" * 100_001}),
        ("registered-models/alias", {**version, "alias": "a" * 256}),
        ("runs/create", {"experiment_id": number, "run_name": "n" * 251, "start_time": 1}),
    ):
        yield path, server.call("POST", path, body)[0]
    yield server.get("runs/get", run_id=run)


@scenario
def the_page_is_refused(server: Server) -> Any:
    _, run = run_in(server, "bulk refused")
    bulk = f"{PAGES}/metrics/get-history-bulk"
    for query in (
        {},
        {"run_id": run},
        {"metric_key": "m"},
        {"run_id": [run] * 101, "metric_key": "m"},
        {"run_id": "0" * 32, "metric_key": "m"},
    ):
        yield "bulk", len(query), outcome(server.call("GET", bulk, **query))
    interval = f"{bulk}-interval"
    for query in (
        {},
        {"run_ids": run},
        {"run_ids": [run] * 101, "metric_key": "m"},
        {"run_ids": run, "metric_key": "m", "max_results": 2_501},
        {"run_ids": run, "metric_key": "m", "max_results": "many"},
        {"run_ids": run, "metric_key": "m", "start_step": "a", "end_step": "b"},
        {"run_ids": "0" * 32, "metric_key": "m"},
    ):
        yield "interval", len(query), outcome(server.call("GET", interval, **query))
    search = f"{PAGES}/experiments/search-datasets"
    for body in ({}, {"experiment_ids": []}, {"experiment_ids": [str(n) for n in range(21)]}):
        yield "datasets", str(body)[:60], outcome(server.call("POST", search, body))
