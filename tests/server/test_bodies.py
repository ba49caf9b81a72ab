"""Whatever is sent, the answer is an `ApiError` in strict JSON and never a failure of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import RUN, Lab
from .endpoints import BODIES

MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"name": "x"',
    "two": b"{} {}",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "x"}',
    "NaN": b'{"name": NaN}',
    "a lone surrogate": b'{"name": "\\ud800"}',
    "a number": b"1e999",
    "a list": b"[]",
    "null": b"null",
    "an unknown field": b'{"colour": "red"}',
    "a nested field": b'{"name": {"$ne": ""}, "note": {}, "description": []}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"name":' * 100_000,
    "deep tags": b'{"tags": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
}


def headers(lab: Lab) -> dict[str, str]:
    return {"Authorization": f"token {lab.token}", "Content-Type": "application/json"}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=list(MALFORMED))
async def test_a_malformed_body_is_a_bad_request(lab: Lab, body: bytes) -> None:
    for method, path in BODIES:
        answer = await lab.call(method, path, body, headers(lab))
        assert answer.status == 400, (path, answer)
        assert answer.json["error_code"] in ("MALFORMED_REQUEST", "BAD_REQUEST")


async def test_a_body_over_ten_megabytes_is_refused_and_the_server_goes_on(lab: Lab) -> None:
    large = json.dumps({"name": "x" * (10 * 1024 * 1024)}).encode()
    for method, path in BODIES:
        answer = await lab.call(method, path, large)
        assert (answer.status, answer.json["error_code"]) == (413, "REQUEST_TOO_LARGE")
    assert (await lab.get("status"))["warnings"] == []


async def test_a_body_of_unknown_length_is_bounded_too(lab: Lab) -> None:
    pieces = iter([b"x" * 1024 * 1024] * 12)

    async def produce(write: Any) -> None:
        for piece in pieces:
            await write(piece)

    response = await lab._client.fetch(
        f"{lab.base}/experiments",
        method="POST",
        body_producer=produce,
        headers=headers(lab),
        raise_error=False,
    )
    assert response.code == 413


REFUSED: dict[str, tuple[str, str, Any]] = {
    "an empty name": ("POST", "experiments", {"name": "  "}),
    "a name of 501 characters": ("POST", "experiments", {"name": "x" * 501}),
    "an empty new name": ("PATCH", "experiments/1", {"name": ""}),
    "an empty run name": ("PATCH", f"runs/{RUN}", {"run_name": ""}),
    "a note beyond its limit": ("PATCH", f"runs/{RUN}", {"note": "x" * 100_001}),
    "a tag's key that is a path": ("PATCH", f"runs/{RUN}", {"tags": {"../x": "y"}}),
    "a tag's value beyond its limit": ("PATCH", f"runs/{RUN}", {"tags": {"a": "x" * 8_001}}),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_value_beyond_the_limits_is_refused(lab: Lab, case: str) -> None:
    method, path, body = REFUSED[case]
    answer = await lab.call(method, path, body)
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), answer


QUERIES = [
    "runs?limit=0",
    "runs?limit=1001",
    "runs?limit=1e3",
    "runs?limit=%D9%A1",
    "runs?offset=-1",
    f"runs?offset={'9' * 30}",
    "runs?view=everything",
    "runs?experiment_id=-1",
    "runs?experiment_id=01",
    "runs?filter=metrics.loss%20%3C",
    "runs?filter=__import__('os')",
    "runs?order_by=;drop%20table%20run",
    "runs?order_by=sqlite_version()",
    f"series?run_id={RUN}",
    f"series?run_id={RUN}&key=loss&max_points=100000",
    f"series?run_id={RUN}&key=loss&start_step=x",
    "runs?text=%FF",
    "series?key=loss&" + "&".join(f"run_id={i:032x}" for i in range(101)),
]


@pytest.mark.parametrize("query", QUERIES)
async def test_a_query_that_makes_no_sense_is_a_bad_request(lab: Lab, query: str) -> None:
    answer = await lab.call("GET", query)
    assert answer.status == 400, answer
    assert set(answer.json) == {"error_code", "message"}


async def test_odd_unicode_survives_a_round_trip(lab: Lab) -> None:
    note = "e\u0301 \u202e\u0000 \U0001f600 \ufdfa 'quoted' \\ \u2028 <script>"
    answer = await lab.call("PATCH", f"runs/{RUN}", {"note": note})
    assert answer.json["note"] == note


async def test_an_unknown_address_is_told_as_json(lab: Lab) -> None:
    answer = await lab.call("GET", "nowhere")
    assert (answer.status, answer.json) == (
        404,
        {"error_code": "ENDPOINT_NOT_FOUND", "message": "Lightflow has no such endpoint."},
    )


async def test_a_failure_of_ours_names_nothing_of_the_inside(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("password=hunter2")

    await lab.get("status")
    monkeypatch.setattr("lightflow_jlab.store.Store.experiment", fail)
    answer = await lab.call("GET", "experiments/1")
    assert answer.status == 500
    assert answer.json == {
        "error_code": "INTERNAL_ERROR",
        "message": "Lightflow failed at this request; the server's log says why.",
    }
