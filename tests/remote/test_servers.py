"""Which server an address names, what is said where it can't be used, and whose tokens it gets."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import lightflow_jlab as lf
from lightflow_jlab.cli.main import main
from lightflow_jlab.config.destinations import is_outbox, outbox_of, server_of, server_uri
from lightflow_jlab.importer.lease import Lease
from lightflow_jlab.remote.connection import Connection
from lightflow_jlab.remote.detect import detect
from lightflow_jlab.remote.failures import NotAllowedError, UnknownServerError, UnreachableError
from lightflow_jlab.remote.state import SenderState, put_state
from lightflow_jlab.tracking.fluent import current_store

ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {}


class Stub(BaseHTTPRequestHandler):
    """Answers as `ANSWERS` says by path, else 404; remembers which tokens came."""

    tokens: list[str | None]

    def do_GET(self) -> None:
        type(self).tokens.append(self.headers.get("Authorization"))
        status, headers, body = ANSWERS.get(self.path, (404, {}, b"no such page"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Nothing is told on the terminal."""


@pytest.fixture
def server() -> Iterator[str]:
    """Return the address of a server that answers as a test says."""
    ANSWERS.clear()
    Stub.tokens = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


@pytest.mark.parametrize("below", ["", "/lightflow", "/lightflow/mlflow", "/lab", "/user/ada"])
def test_a_lightflow_server_is_known_by_any_of_its_addresses(server: str, below: str) -> None:
    root = below if below == "/user/ada" else ""
    ANSWERS[f"{root}/lightflow/api/status"] = (200, {}, b'{"store_id": "x"}')
    assert detect(server + below) == ("lightflow", server + root)


def test_an_mlflow_server_is_known_by_its_version(server: str) -> None:
    ANSWERS["/version"] = (200, {}, b"3.17.2")
    assert detect(server) == ("mlflow", server)


def test_what_is_neither_is_told(server: str) -> None:
    ANSWERS["/version"] = (200, {}, b"<html>welcome</html>")
    ANSWERS["/lightflow/api/status"] = (200, {}, b'{"ok": true}')
    with pytest.raises(UnknownServerError, match="neither an MLflow nor a Lightflow server"):
        detect(server)


@pytest.mark.parametrize("status", [401, 403, 302])
def test_a_server_that_does_not_know_us_says_which_variable_to_set(
    server: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIGHTFLOW_TRACKING_TOKEN", "wrong-token")
    elsewhere = {"Location": f"{server}/login"}
    ANSWERS["/lightflow/api/status"] = ANSWERS["/version"] = (status, elsewhere, b"")
    ANSWERS["/login"] = (200, {}, b"3.0.0")
    with pytest.raises(NotAllowedError, match="LIGHTFLOW_TRACKING_TOKEN") as told:
        detect(server)
    assert "wrong-token" not in str(told.value)
    # Nobody was sent on with the token.
    assert len(Stub.tokens) == 2


def test_each_kind_of_server_gets_its_own_token(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIGHTFLOW_TRACKING_TOKEN", "ours")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ada")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "pw")
    ANSWERS["/version"] = (200, {}, b"3.17.2")
    detect(server)
    assert Stub.tokens == ["Bearer ours", "Basic YWRhOnB3"]


def test_a_server_that_is_busy_says_how_long(server: str) -> None:
    ANSWERS["/version"] = (503, {"Retry-After": "7"}, b"")
    with pytest.raises(UnreachableError) as told:
        Connection(server, "mlflow").request("GET", "version")
    assert told.value.wait_seconds == 7


@pytest.mark.parametrize(
    ("uri", "known_as"),
    [
        ("HTTP://Host:5000/", "http://host:5000"),
        ("https://hub.org/user/Ada//", "https://hub.org/user/Ada"),
    ],
)
def test_one_server_has_one_outbox(uri: str, known_as: str) -> None:
    assert server_uri(uri) == known_as
    folder = outbox_of(uri)
    assert folder == outbox_of(known_as) and is_outbox(folder) and server_of(folder) == known_as


@pytest.mark.parametrize(
    "uri",
    ["http://", "http://:80", "http://a b", "http://a?token=s3cret", "http://a#x", "http://a:0"],
)
def test_an_address_that_cannot_be_used_is_refused_at_once(uri: str) -> None:
    with pytest.raises(lf.InvalidValueError, match="can't be used") as told:
        lf.set_tracking_uri(uri)
    assert "s3cret" not in str(told.value)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(lf.InvalidValueError, match="MLFLOW_TRACKING_PASSWORD") as told:
        lf.set_tracking_uri("https://ada:s3cret@mlflow.example.org")
    assert "s3cret" not in str(told.value)


def test_the_tracking_uri_is_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHTFLOW_TRACKING_URI", "http://127.0.0.1:9/x/")
    assert lf.get_tracking_uri() == "http://127.0.0.1:9/x"
    assert is_outbox(current_store())


def test_who_sends_already_and_what_keeps_it_from_sending_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    uri = "http://127.0.0.1:1"
    outbox = outbox_of(uri)
    lease = Lease(outbox)
    assert lease.take()
    try:
        put_state(outbox, SenderState({"away": "The server sleeps."}, 5))
        assert main(["sync", "--to", uri]) == 0
    finally:
        lease.release()
    said = capsys.readouterr()
    assert f"{uri}: process {os.getpid()} on " in said.out
    assert "The server sleeps." in said.err
