"""What is no request gets MLflow's error, and leaves the store as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from lightflow_jlab.mlflow_protocol.endpoint import Endpoint
from lightflow_jlab.mlflow_protocol.endpoints import ENDPOINTS

from .conftest import RUN, Lab
from .mlflow_walk import API, ask, fields_in_order, usual_body
from .test_access import content

NO_REQUESTS = [b"{", b"[]", b"5", b"\xff\xfe", b'{"name": ' + b"[" * 100_000]
TOO_LONG = {"key": "k" * 251, "alias": "a" * 256}
BAD: list[tuple[str, Any]] = [
    ("experiments/create", {"name": "x", "artifact_location": "file:///etc"}),
    ("experiments/create", {"name": "x", "artifact_location": "s3://elsewhere/x"}),
    ("experiments/create", {"name": "x", "artifact_location": "mlflow-artifacts:/../up"}),
    ("experiments/create", {"name": "x" * 501}),
    ("runs/create", {"experiment_id": "1/../2"}),
    ("runs/create", {"experiment_id": "9" * 30}),
    ("runs/create", {"experiment_id": "1", "start_time": 2**70}),
    ("runs/update", {"run_id": RUN, "status": "SLEEPING"}),
    ("runs/update", {"run_id": "../" + RUN, "status": "FINISHED"}),
    ("runs/log-metric", {"run_id": RUN, "key": "../m", "value": 1, "timestamp": 1}),
    ("runs/log-metric", {"run_id": RUN, "key": "m", "value": [], "timestamp": 1}),
    ("runs/log-parameter", {"run_id": RUN, "key": "p" * 251, "value": "1"}),
    (
        "runs/log-batch",
        {"run_id": RUN, "tags": [{"key": f"t{i}", "value": ""} for i in range(10_000)]},
    ),
    ("runs/log-batch", {"run_id": RUN, "params": [{"key": "ok", "value": ""}, {"key": "a@"}]}),
    ("runs/search", {"experiment_ids": ["1"], "filter": "(" * 5_000}),
    ("runs/search", {"experiment_ids": ["1"], "run_view_type": "SOME"}),
]


async def test_each_address_refuses_what_is_no_request_and_stores_nothing(
    lab: Lab, folder: Path
) -> None:
    known = await fields_in_order(lab)
    for endpoint in ENDPOINTS:
        if endpoint.method != "GET":
            before = content(folder)
            for body in wrong_bodies(endpoint, known):
                answer = await ask(lab, endpoint, known, body)
                found = (answer.status, answer.json.get("error_code"))
                assert found == (400, "INVALID_PARAMETER_VALUE"), (endpoint.path, body, answer)
            assert content(folder) == before, endpoint.path


async def test_a_question_with_a_word_for_a_number_is_refused(lab: Lab) -> None:
    known = await fields_in_order(lab)
    asked_of = [
        (endpoint, field.name)
        for endpoint in ENDPOINTS
        for field in msgspec.structs.fields(endpoint.request)
        if endpoint.method == "GET" and "[int" in str(field.type)
    ]
    assert ("metrics/get-history-bulk-interval", "end_step") in [
        (endpoint.path, name) for endpoint, name in asked_of
    ]
    for endpoint, name in asked_of:
        answer = await ask(lab, endpoint, known, {**usual_body(endpoint, known), name: "many"})
        found = (answer.status, answer.json.get("error_code"))
        assert found == (400, "INVALID_PARAMETER_VALUE"), (endpoint.path, name, answer)


def wrong_bodies(endpoint: Endpoint, known: dict[str, Any]) -> Iterator[Any]:
    yield from NO_REQUESTS
    usual = usual_body(endpoint, known)
    for field in msgspec.structs.fields(endpoint.request):
        if f"{{{field.name}}}" not in endpoint.path:
            yield {**usual, field.name: {"deep": 1}}
            # As on MLflow's server, a key of whatever length may be looked for.
            keeps = endpoint.action == "write" and "/delete-" not in endpoint.path
            if field.name in TOO_LONG and keeps:
                yield {**usual, field.name: TOO_LONG[field.name]}


async def test_bad_input_gets_mlflows_error_and_stores_nothing(lab: Lab, folder: Path) -> None:
    await lab.get("status")
    before = content(folder)
    for path, body in BAD:
        answer = await lab.call("POST", f"{API}/{path}", body)
        found = (answer.status, answer.json["error_code"])
        assert found == (400, "INVALID_PARAMETER_VALUE"), (path, str(body)[:80], answer)
        assert content(folder) == before


async def test_a_body_that_is_too_large_is_a_bad_request(lab: Lab, folder: Path) -> None:
    await lab.get("status")
    before = content(folder)
    body = b'{"name": "' + b"x" * (11 * 1024 * 1024) + b'"}'
    answer = await lab.call("POST", f"{API}/experiments/create", body)
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert content(folder) == before
