"""Servers that the configuration names are shown as the store is, and nobody else is asked."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.remote.credentials import FromEnvironment, Given
from lightflow_jlab.server.source_settings import source_of

from .conftest import ARTIFACTS, RUN, START, Lab

SECRET = "token-canary-of-the-source"


class Elsewhere(BaseHTTPRequestHandler):
    """A server that answers as a test says, by path, and keeps what it was asked."""

    answers: dict[str, tuple[int, dict[str, str], Any]]
    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        if length := int(self.headers.get("Content-Length", 0)):
            self.rfile.read(length)
        path = self.path.partition("?")[0]
        self.asked.append((path, self.headers.get("Authorization")))
        status, headers, body = self.answers.get(path, (404, {}, {"error_code": "NOPE"}))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *arguments: Any) -> None:
        """Nothing is told on the terminal."""


@pytest.fixture
def elsewhere() -> Iterator[type[Elsewhere]]:
    Elsewhere.answers = {"/version": (200, {}, b"3.17.2")}
    Elsewhere.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        Elsewhere.uri = f"http://127.0.0.1:{serving.server_port}"  # type: ignore[attr-defined]
        yield Elsewhere
        serving.shutdown()
        thread.join()


@pytest.fixture
def jp_server_config(
    jp_server_config: dict[str, Any],
    http_server_port: Any,
    jp_base_url: str,
    elsewhere: Any,
) -> dict[str, Any]:
    """The server shows itself, as another Lightflow would be; another one; and one that is gone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{probe.getsockname()[1]}"
    mirror = f"http://127.0.0.1:{http_server_port[1]}{jp_base_url}"
    servers = {
        "mirror": {"uri": mirror, "token": "the-token-of-the-server"},
        "other": {"uri": elsewhere.uri, "token": SECRET},
        "gone": gone,
        "bad name!": "http://127.0.0.1",
        "ftp": "ftp://127.0.0.1",
    }
    jp_server_config["LightflowApp"] = {"mlflow_servers": servers}
    jp_server_config["IdentityProvider"] = {"token": "the-token-of-the-server"}
    return jp_server_config


async def test_the_configured_servers_are_listed_without_what_they_are_opened_with(
    lab: Lab, elsewhere: Any
) -> None:
    listed = await lab.call("GET", "sources")
    assert [(one["name"], one["uri"]) for one in listed.json["sources"]][1] == (
        "other",
        elsewhere.uri,
    )
    assert [one["name"] for one in listed.json["sources"]] == ["mirror", "other", "gone"]
    assert b"token" not in listed.body


async def use_a_dataset(lab: Lab) -> None:
    dataset = {"name": "iris", "digest": "1a2b", "source_type": "local", "source": "{}"}
    dataset["profile"] = '{"num_rows": 150}'
    tags = [{"key": "mlflow.data.context", "value": "training"}]
    body = {"run_id": RUN, "datasets": [{"dataset": dataset, "tags": tags}]}
    answer = await lab.call("POST", "/mlflow/api/2.0/mlflow/runs/log-inputs", body)
    assert answer.status == 200, answer


async def test_what_another_lightflow_has_is_shown_as_it_shows_it(lab: Lab) -> None:
    own = {one["name"]: one for one in (await lab.get("experiments"))["experiments"]}
    there = {
        one["name"]: one for one in (await lab.get("sources/mirror/experiments"))["experiments"]
    }
    assert set(there) == set(own) and there["digits"]["run_count"] is None

    page = await lab.get("sources/mirror/runs")
    assert (page["total"], page["more_exist"]) == (2, False)
    run = next(one for one in page["runs"] if one["run_id"] == RUN)
    mine = (await lab.get(f"runs/{RUN}"))["run"]
    same = "run_id run_name experiment_id status start_time end_time user_id cell_id note".split()
    assert {name: run[name] for name in same} == {name: mine[name] for name in same}
    assert [(one["key"], one["value"]) for one in run["params"]] == [("lr", 0.1)]
    (metric,) = run["metrics"]
    assert (metric["key"], metric["last"], metric["count"]) == ("loss", "NaN", None)
    await use_a_dataset(lab)
    detail = await lab.get(f"sources/mirror/runs/{RUN}")
    own = await lab.get(f"runs/{RUN}")
    assert detail["run"] == run
    same = "artifact_count artifact_bytes datasets".split()
    assert [detail[name] for name in same] == [own[name] for name in same]
    (used,) = detail["datasets"]
    assert (used["name"], used["context"], used["shape"]) == ("iris", "training", "150")
    assert (await lab.get("sources/mirror/runs", run_id=[RUN, "0" * 32]))["runs"] == [run]

    here, there = f"runs/{RUN}/artifacts", f"sources/mirror/runs/{RUN}/artifacts"
    for asked in ({"path": "plots"}, {"files": "all"}):
        listed = [(await lab.get(place, **asked))["artifacts"] for place in (here, there)]
        assert [one["path"] for one in listed[0]] == [one["path"] for one in listed[1]]
        assert [one["size_bytes"] for one in listed[0]] == [one["size_bytes"] for one in listed[1]]

    asked = {"run_id": RUN, "key": "loss"}
    (series,) = (await lab.get("sources/mirror/series", **asked))["series"]
    assert (series["steps"], series["values"]) == (
        [0, 1, 2, 3],
        [1.5, "Infinity", 0.25, "NaN"],
    )
    (part,) = (await lab.get("sources/mirror/series", **asked, start_step=1, end_step=2))["series"]
    assert (part["steps"], part["count"], part["total"]) == ([1, 2], 2, 4)
    assert await lab.get("sources/mirror/runs/keys") == {
        "params": ["lr"],
        "metrics": ["loss"],
        "tags": [],
    }


async def test_files_are_fetched_by_the_server_and_stay_inert(lab: Lab) -> None:
    place = f"sources/mirror/runs/{RUN}/artifacts"
    for path, data in ARTIFACTS.items():
        answer = await lab.call("GET", f"{place}/content/{quote(path)}")
        assert (answer.status, answer.body) == (200, data)
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        own = await lab.get(f"runs/{RUN}/artifacts/preview/{quote(path)}")
        assert await lab.get(f"{place}/preview/{quote(path)}") == own
    part = {"Authorization": f"token {lab.token}", "Range": "bytes=0-4"}
    answer = await lab.call("GET", f"{place}/content/notes.txt", headers=part)
    assert (answer.status, answer.body) == (206, b"first")
    for path in ("nothing.txt", "plots", "..%2fcanary.txt"):
        for kind in ("content", "preview"):
            answer = await lab.call("GET", f"{place}/{kind}/{path}")
            assert answer.status in (400, 404), answer


async def test_a_file_that_the_server_keeps_elsewhere_is_told_not_fetched(
    lab: Lab, elsewhere: Any
) -> None:
    info = {"run_id": RUN, "experiment_id": "0", "artifact_uri": f"{elsewhere.uri}/files"}
    for uri in ("file:///etc", "s3://bucket/1", f"{elsewhere.uri}/files"):
        run = {"run": {"info": {**info, "artifact_uri": uri}}}
        elsewhere.answers["/api/2.0/mlflow/runs/get"] = (200, {}, run)
        answer = await lab.call("GET", f"sources/other/runs/{RUN}/artifacts/content/passwd")
        assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
        assert uri in answer.json["message"]
    assert {path for path, _ in elsewhere.asked} == {
        "/lightflow/api/status",
        "/version",
        "/api/2.0/mlflow/runs/get",
    }


async def test_searches_are_passed_on_in_the_servers_own_words(lab: Lab) -> None:
    async def names(**params: Any) -> list[str]:
        found = await lab.get("sources/mirror/runs", **params)
        return [run["run_name"] for run in found["runs"]]

    assert await names(order_by="run_name ASC") == ["run-01", "run-fe"]
    assert await names(filter="params.lr = '0.1'") == ["run-01"]
    assert await names(text="RUN fe") == ["run-fe"]
    assert await names(text="it's") == []
    assert await names(experiment_id="1") == ["run-01"]
    assert await names(view="deleted") == []
    refused = await lab.call("GET", "sources/mirror/runs", filter="metrics.loss !")
    assert (refused.status, refused.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert "refuses the search" in refused.json["message"]
    hints = await lab.get("sources/mirror/runs/filter", text="metrics.l", position=9)
    assert "metrics.loss" in [one["text"] for one in hints["completions"]]


async def test_a_long_list_is_walked_page_by_page(lab: Lab) -> None:
    for number in range(12):
        made = {"experiment_id": "1", "run_name": f"more-{number:02}", "start_time": START}
        await lab.call("POST", "/mlflow/api/2.0/mlflow/runs/create", made)
    first = await lab.get("sources/mirror/runs", limit=5, order_by="run_name ASC")
    assert (len(first["runs"]), first["total"], first["more_exist"]) == (5, 6, True)
    last = await lab.get("sources/mirror/runs", limit=5, offset=10, order_by="run_name ASC")
    assert (len(last["runs"]), last["total"], last["more_exist"]) == (4, 14, False)
    again = await lab.get("sources/mirror/runs", limit=5, order_by="run_name ASC")
    assert (again["runs"], again["total"], again["more_exist"]) == (first["runs"], 14, False)
    beyond = await lab.get("sources/mirror/runs", limit=5, offset=20, order_by="run_name ASC")
    assert (beyond["runs"], beyond["total"]) == ([], 14)
    for asked in ({"limit": 5, "offset": 3}, {"limit": 1, "offset": 10**12}):
        answer = await lab.call("GET", "sources/mirror/runs", **asked)
        assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    ids = await lab.get("sources/mirror/runs/ids", order_by="run_name ASC", limit=5)
    assert ids["run_ids"] == [run["run_id"] for run in first["runs"]]


async def test_a_server_that_is_not_there_is_named_and_the_store_goes_on(lab: Lab) -> None:
    answer = await lab.call("GET", "sources/gone/runs")
    assert (answer.status, answer.json["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
    assert "http://127.0.0.1" in answer.json["message"] and "reached" in answer.json["message"]
    assert (await lab.get("runs"))["total"] == 2


async def test_only_what_is_configured_is_asked(lab: Lab, elsewhere: Any) -> None:
    address = elsewhere.uri.replace("/", "%2F")
    for name in ("unknown", "ftp", address, "bad%20name!", "..%2Fother"):
        answer = await lab.call("GET", f"sources/{name}/runs")
        assert answer.status == 404, answer
    assert elsewhere.asked == []


async def test_a_token_goes_to_its_own_server_and_follows_nobody_elsewhere(
    lab: Lab, elsewhere: Any
) -> None:
    target = f"{elsewhere.uri}/stolen"
    elsewhere.answers["/api/2.0/mlflow/experiments/search"] = (302, {"Location": target}, {})
    answer = await lab.call("GET", "sources/other/experiments")
    assert (answer.status, answer.json["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
    assert "sends us on to another address" in answer.json["message"]
    assert {path for path, _ in elsewhere.asked} == {
        "/lightflow/api/status",
        "/version",
        "/api/2.0/mlflow/experiments/search",
    }
    assert {token for _, token in elsewhere.asked} == {f"Bearer {SECRET}"}
    assert SECRET.encode() not in answer.body


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>welcome</html>",
        [],
        {"runs": [{"info": {"run_id": 5}}]},
        {"runs": [{"info": {"run_id": RUN, "experiment_id": "0", "status": "SOLD"}}]},
        {"runs": {"a": 1}},
        {"runs": "text"},
    ],
)
async def test_nonsense_from_a_server_is_told_as_such(
    lab: Lab, elsewhere: Any, answer: Any
) -> None:
    elsewhere.answers["/api/2.0/mlflow/runs/search"] = (200, {}, answer)
    found = await lab.call("GET", "sources/other/runs", experiment_id="0")
    assert (found.status, found.json["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE"), found
    assert elsewhere.uri in found.json["message"]


async def test_nothing_can_be_changed_there(lab: Lab, elsewhere: Any) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("sources", "sources/other/runs", f"sources/other/runs/{RUN}"):
            assert (await lab.call(method, path, {})).status == 405
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("", "http://a"),
        ("a/b", "http://a"),
        ("team", "file:///etc"),
        ("team", "http://ada:secret@host"),
        ("team", {"uri": "http://a", "pasword": "secret"}),
        ("team", {"uri": "http://a", "token": 5}),
        ("team", {"token": "secret"}),
        ("team", ["http://a"]),
    ],
)
def test_a_configuration_that_can_not_be_used_is_told_without_its_secrets(
    name: str, given: Any
) -> None:
    with pytest.raises(InvalidValueError) as told:
        source_of(name, given)
    assert "secret" not in str(told.value)


def test_credentials_are_not_shown_by_accident() -> None:
    assert "secret" not in repr(Given(token="secret", username="ada", password="secret"))
    assert Given("t").authorization("mlflow") == "Bearer t"
    assert Given(username="ada", password="p").authorization("mlflow") == "Basic YWRhOnA="
    assert Given().authorization("mlflow") == ""


def test_an_address_alone_is_asked_with_the_environments_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "from-outside")
    assert FromEnvironment().authorization("mlflow") == "Bearer from-outside"
