"""MLflow's addresses are as closed as our own, and let a token in without more ado."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tornado.web import RequestHandler

from lightflow_jlab.mlflow_protocol.endpoints import ENDPOINTS
from lightflow_jlab.server.mlflow.routes import mlflow_routes
from lightflow_jlab.server.mlflow.unserved import UnknownHandler

from .conftest import RUN, Lab
from .endpoints import Endpoint
from .test_access import STRANGERS, VERBS, Recorder, Refuser, content, forbidden, logged_in

API = "/mlflow/api/2.0/mlflow"
WALK = [
    Endpoint(one.method, f"{API}/{re.sub('{.*?}', 'x', one.path)}", one.action, one.resource)
    for one in ENDPOINTS
]
ARTIFACTS = "/mlflow/api/2.0/mlflow-artifacts"
FILE = f"{ARTIFACTS}/artifacts/1/{RUN}/artifacts/notes.txt"
FILES = [
    Endpoint("GET", f"{ARTIFACTS}/artifacts?path=1/{RUN}/artifacts", "read", "lightflow:artifacts"),
    Endpoint("GET", FILE, "read", "lightflow:artifacts"),
    Endpoint("PUT", FILE, "write", "lightflow:artifacts"),
    Endpoint("DELETE", FILE, "write", "lightflow:artifacts"),
    Endpoint("GET", f"{ARTIFACTS}/presigned/x", "read", "lightflow:artifacts"),
    Endpoint("POST", f"{ARTIFACTS}/mpu/create/x", "write", "lightflow:artifacts"),
    Endpoint("GET", f"{API}/logged-models/x/artifacts/directories", "read", "lightflow:artifacts"),
]
PLAIN = [
    Endpoint("GET", f"/mlflow{word}", "read", "lightflow:mlflow")
    for word in ("", "/health", "/version")
]
QUESTIONS = [
    ("GET", "experiments/get?experiment_id=1", None),
    ("GET", "experiments/get-by-name?experiment_name=digits", None),
    ("POST", "experiments/search", {"max_results": 5}),
    ("GET", f"runs/get?run_id={RUN}", None),
    ("POST", "runs/search", {"experiment_ids": ["0", "1"]}),
    ("GET", f"artifacts/list?run_id={RUN}", None),
    ("POST", "logged-models/search", {"experiment_ids": ["0"]}),
    ("GET", "registered-models/search", None),
    ("GET", "model-versions/search", None),
    ("GET", f"metrics/get-history?run_id={RUN}&metric_key=loss", None),
    ("GET", f"metrics/get-history-bulk-interval?run_ids={RUN}&metric_key=loss", None),
]


def unauthenticated(answer: Any) -> bool:
    return answer.status == 401 and answer.json["error_code"] == "UNAUTHENTICATED"


async def send(lab: Lab, endpoint: Endpoint, headers: dict[str, str] | None = None) -> Any:
    body = None if endpoint.method == "GET" else {}
    return await lab.call(endpoint.method, endpoint.path, body, headers)


def test_the_walk_below_covers_all_addresses() -> None:
    served = {
        (verb.upper(), pattern)
        for pattern, handler, _ in mlflow_routes(None)  # type: ignore[arg-type]
        if handler is not UnknownHandler
        for verb in VERBS
        if getattr(handler, verb) is not getattr(RequestHandler, verb)
    }
    walked = {
        (endpoint.method, pattern)
        for endpoint in (*WALK, *FILES, *PLAIN)
        for _, pattern in served
        if re.fullmatch(pattern, "lightflow" + endpoint.path.partition("?")[0])
    }
    assert served <= walked
    assert len(served) == len({(e.method, e.path) for e in (*WALK, *FILES, *PLAIN)})


@pytest.mark.parametrize("headers", STRANGERS)
async def test_a_stranger_is_told_to_set_the_token(lab: Lab, headers: dict[str, str]) -> None:
    unknown = [Endpoint(v.upper(), "/mlflow/nowhere", "", "") for v in VERBS if v != "head"]
    for endpoint in (*WALK, *FILES, *PLAIN, *unknown):
        answer = await send(lab, endpoint, headers)
        assert unauthenticated(answer), (endpoint, answer)
        assert "MLFLOW_TRACKING_TOKEN" in answer.json["message"]


@pytest.mark.parametrize("server_settings", [{"authorizer_class": Recorder}])
@pytest.mark.parametrize("order", ["forward", "backward"])
async def test_each_address_asks_for_its_own_permission(lab: Lab, order: str) -> None:
    for endpoint in (*WALK, *FILES, *PLAIN)[:: 1 if order == "forward" else -1]:
        Recorder.asked.clear()
        await send(lab, endpoint)
        assert Recorder.asked == [(endpoint.action, endpoint.resource)], endpoint


@pytest.mark.parametrize("server_settings", [{"authorizer_class": Refuser}])
async def test_who_may_not_gets_mlflows_error(lab: Lab) -> None:
    for endpoint in (*WALK, *FILES, *PLAIN):
        answer = await send(lab, endpoint)
        assert forbidden(answer), (endpoint, answer)


async def test_a_browsers_cookie_alone_changes_nothing(lab: Lab) -> None:
    cookie = await logged_in(lab)
    for endpoint in (*WALK, *FILES):
        if endpoint.method != "GET":
            answer = await send(lab, endpoint, cookie)
            assert forbidden(answer), (endpoint, answer)


async def test_another_site_gets_nothing_with_a_cookie(lab: Lab) -> None:
    cookie = await logged_in(lab)
    for endpoint in (*WALK, *FILES):
        for header in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            answer = await send(lab, endpoint, {**cookie, **header})
            assert answer.status in (403, 404), (endpoint, answer)
            assert set(answer.json) == {"error_code", "message"}


class TestWithoutToken:
    @pytest.fixture
    def jp_argv(self) -> list[str]:
        return ["--IdentityProvider.token="]

    async def test_a_script_writes_without_a_pages_token(self, lab: Lab) -> None:
        body = {"name": "from a script"}
        answer = await lab.call("POST", f"{API}/experiments/create", body, {})
        assert answer.status == 200, answer

    async def test_another_sites_page_writes_nothing(self, lab: Lab, folder: Path) -> None:
        before = content(folder)
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Referer": "https://evil.example/page"},
            {"Host": "evil.example"},
        ):
            for endpoint in (*WALK, *FILES):
                if endpoint.method != "GET":
                    answer = await send(lab, endpoint, headers)
                    assert answer.status in (403, 404), (endpoint, answer)
        assert content(folder) == before


async def test_asking_everything_changes_nothing_in_the_store(lab: Lab, folder: Path) -> None:
    await lab.get("status")
    before = content(folder)
    for method, path, body in QUESTIONS:
        answer = await lab.call(method, f"{API}/{path}", body)
        assert answer.status == 200, (path, answer)
    assert content(folder) == before


@pytest.mark.parametrize(
    "path",
    [
        "/mlflow/api/2.0/mlflow/traces/search",
        "/mlflow/api/3.0/mlflow/traces",
        "/mlflow/api/2.0/mlflow/webhooks",
        "/mlflow/ajax-api/2.0/mlflow/gateway-proxy",
        "/mlflow/api/3.0/mlflow/workspaces/default",
        "/mlflow/api/3.0/mlflow/scorers/list",
    ],
)
async def test_what_is_left_out_is_named_not_implemented(lab: Lab, path: str) -> None:
    answer = await lab.call("GET", path)
    assert (answer.status, answer.json["error_code"]) == (501, "NOT_IMPLEMENTED")


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, "No token came"),
        ({"Authorization": "Bearer wrong"}, "The token that came is not known"),
        ({"Authorization": "Basic YWRhOnNlY3JldA=="}, "Unset MLFLOW_TRACKING_USERNAME"),
    ],
)
async def test_a_stranger_is_told_what_is_amiss(
    lab: Lab, headers: dict[str, str], told: str
) -> None:
    answer = await lab.call("POST", f"{API}/experiments/search", {}, headers)
    assert unauthenticated(answer)
    assert told in answer.json["message"]


@pytest.mark.parametrize("path", ["/mlflow", "/mlflow/"])
async def test_a_printed_link_leads_to_jupyterlab(lab: Lab, path: str) -> None:
    page = {"Accept": "text/html,application/xhtml+xml"}
    for headers in (page, await logged_in(lab) | page):
        answer = await lab.call("GET", path, None, headers)
        assert answer.status == 302
        assert answer.headers["Location"] == f"{lab.app.base_url}lab?lightflow=open"
    hostile = await lab.call("GET", path, None, page | {"Host": "evil.example"})
    assert hostile.status in (403, 404)
    refused = await lab.call("GET", path)
    assert (refused.status, refused.json["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


async def test_who_leaves_out_a_part_of_the_address_is_told(lab: Lab) -> None:
    answer = await lab.call("POST", "/api/2.0/mlflow/experiments/search", {})
    assert answer.status == 404
    assert "ends in /lightflow/mlflow" in answer.json["message"]


async def test_an_unknown_address_is_named_so(lab: Lab) -> None:
    answer = await lab.call("GET", f"{API}/runs/nowhere")
    assert (answer.status, answer.json["error_code"]) == (404, "ENDPOINT_NOT_FOUND")
