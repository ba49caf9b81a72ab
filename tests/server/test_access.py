"""Nothing is answered without credentials and permission, nothing is changed by another site."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any, ClassVar

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError
from tornado.web import RequestHandler

from lightflow_jlab.server.routes import routes
from lightflow_jlab.server.status import UnknownHandler

from .conftest import Lab
from .endpoints import BODIES, ENDPOINTS, MADE, NOWHERE, READS, STREAM, WRITES, Endpoint

STRANGERS = ({}, {"Authorization": "token wrong"}, {"Cookie": "username-x=1"})
VERBS = ("get", "head", "post", "put", "patch", "delete")


class Recorder(Authorizer):
    asked: ClassVar[list[tuple[str, str]]] = []

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        if resource.startswith("lightflow"):
            self.asked.append((action, resource))
        return True


class Refuser(Authorizer):
    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return False


def forbidden(answer: Any) -> bool:
    return answer.status == 403 and answer.json["error_code"] == "PERMISSION_DENIED"


async def send(lab: Lab, endpoint: Endpoint, headers: dict[str, str] | None = None) -> Any:
    body = BODIES.get((endpoint.method, endpoint.path))
    return await lab.call(endpoint.method, endpoint.path, body, headers)


def test_the_walk_below_covers_the_whole_route_table() -> None:
    served = {
        (verb.upper(), pattern)
        for pattern, handler, _ in routes(None)  # type: ignore[arg-type]
        if handler is not UnknownHandler and pattern.startswith("lightflow/api/")
        for verb in VERBS
        if getattr(handler, verb) is not getattr(RequestHandler, verb)
    }
    walked = {
        (endpoint.method, pattern)
        for endpoint in (*ENDPOINTS, STREAM)
        for _, pattern in served
        if re.fullmatch(pattern, "lightflow/api/" + endpoint.path.partition("?")[0])
    }
    assert {(m, p) for m, p in served} <= walked
    assert len(served) == len(ENDPOINTS) + 1


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "token wrong"}, {"Cookie": "username-x=1"}]
)
async def test_no_endpoint_answers_without_credentials(lab: Lab, headers: dict[str, str]) -> None:
    unknown = [Endpoint(verb.upper(), "nowhere", "", "") for verb in VERBS if verb != "head"]
    for endpoint in (*ENDPOINTS, *unknown):
        answer = await send(lab, endpoint, headers)
        assert forbidden(answer), (endpoint, answer)


async def test_the_stream_does_not_open_without_credentials(lab: Lab) -> None:
    for headers in STRANGERS:
        with pytest.raises(HTTPClientError) as refused:
            await lab.stream(headers)
        assert refused.value.code == 403


@pytest.mark.parametrize("server_settings", [{"authorizer_class": Recorder}])
@pytest.mark.parametrize("order", ["forward", "backward"])
async def test_each_verb_asks_for_its_own_action_on_its_own_resource(lab: Lab, order: str) -> None:
    step = 1 if order == "forward" else -1
    for endpoint in ENDPOINTS[::step]:
        Recorder.asked.clear()
        await send(lab, endpoint)
        assert Recorder.asked == [(endpoint.action, endpoint.resource)], endpoint
    Recorder.asked.clear()
    (await lab.stream()).close()
    assert Recorder.asked == [(STREAM.action, STREAM.resource)]


@pytest.mark.parametrize("server_settings", [{"authorizer_class": Refuser}])
@pytest.mark.parametrize("order", ["forward", "backward"])
async def test_nothing_is_answered_to_someone_without_permission(lab: Lab, order: str) -> None:
    step = 1 if order == "forward" else -1
    for endpoint in ENDPOINTS[::step]:
        answer = await send(lab, endpoint)
        assert forbidden(answer), (endpoint, answer)
    with pytest.raises(HTTPClientError) as refused:
        await lab.stream()
    assert refused.value.code == 403


async def logged_in(lab: Lab) -> dict[str, str]:
    """Return the headers of a browser that has logged in, without its XSRF token."""
    answer = await lab.call("GET", "status")
    cookies = [cookie.partition(";")[0] for cookie in answer.headers.get_list("Set-Cookie")]
    return {"Cookie": "; ".join(c for c in cookies if c.startswith("username-"))}


async def test_a_cookie_alone_changes_nothing(lab: Lab) -> None:
    cookie = await logged_in(lab)
    assert (await lab.call("GET", "status", headers=cookie)).status == 200
    for endpoint in WRITES:
        answer = await send(lab, endpoint, cookie)
        assert forbidden(answer), (endpoint, answer)


async def test_a_cookie_with_its_xsrf_token_may_write(lab: Lab) -> None:
    cookie = (await logged_in(lab))["Cookie"]
    headers = {"Cookie": f"{cookie}; _xsrf=abc", "X-XSRFToken": "abc"}
    answer = await lab.call("POST", "experiments", {"name": "letters"}, headers)
    assert answer.status == 201


async def test_another_site_gets_nothing_with_the_users_cookie(lab: Lab) -> None:
    cookie = await logged_in(lab)
    for site in ("https://evil.example", "null"):
        for endpoint in ENDPOINTS:
            answer = await send(lab, endpoint, {**cookie, "Origin": site})
            assert answer.status in (403, 404), (endpoint, answer)
            assert set(answer.json) == {"error_code", "message"}
        with pytest.raises(HTTPClientError) as refused:
            await lab.stream({**cookie, "Origin": site})
        assert refused.value.code == 403


async def test_a_name_that_was_rebound_to_this_machine_gets_nothing(lab: Lab) -> None:
    """DNS rebinding: the browser believes that we are evil.example."""
    cookie = await logged_in(lab)
    for endpoint in ENDPOINTS:
        answer = await send(lab, endpoint, {**cookie, "Host": "evil.example"})
        assert answer.status == 403, (endpoint, answer)
    with pytest.raises(HTTPClientError) as refused:
        await lab.stream({**cookie, "Host": "evil.example"})
    assert refused.value.code == 403


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_that_a_form_could_send_is_refused(lab: Lab, media_type: str) -> None:
    token = {"Authorization": f"token {lab.token}", "Content-Type": media_type}
    for endpoint in WRITES:
        answer = await lab.call(endpoint.method, endpoint.path, b'{"name": "x"}', token)
        assert (answer.status, answer.json["error_code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_reading_everything_changes_nothing_in_the_store(lab: Lab, folder: Path) -> None:
    await lab.get("status")
    before = content(folder)
    for endpoint in READS:
        answer = await send(lab, endpoint)
        is_missing = MADE in endpoint.path or NOWHERE in endpoint.path
        assert answer.status == (404 if is_missing else 200), (endpoint, answer)
    stream = await lab.stream(since=0)
    await stream.read_message()
    stream.close()
    assert content(folder) == before


def content(folder: Path) -> list[str]:
    database = sqlite3.connect(f"file:{folder / 'lightflow.db'}?mode=ro", uri=True)
    dump = [*database.iterdump()]
    database.close()
    files = [p for p in folder.rglob("*") if not p.name.startswith(("lightflow.db", "importer"))]
    return dump + sorted(f"{p}:{p.read_bytes() if p.is_file() else ''!r}" for p in files)
