"""A proxy before a server, below a prefix, that asks who comes for a name and a password."""

from __future__ import annotations

import base64
import contextlib
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAME, PASSWORD = "ada", "p@ss:word"
KNOWN = {"MLFLOW_TRACKING_USERNAME": NAME, "MLFLOW_TRACKING_PASSWORD": PASSWORD}
PREFIX = "/team/mlflow"


class Proxy(BaseHTTPRequestHandler):
    """Passes on what comes below a prefix with the right name and password."""

    behind: str

    def do_GET(self) -> None:
        told = self.headers.get("Authorization")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if told != "Basic " + base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode():
            self.reply(401, "text/plain", b"who are you?")
            return
        if not self.path.startswith(f"{PREFIX}/"):
            self.reply(404, "text/plain", b"nothing here")
            return
        passed = urllib.request.Request(
            self.behind + self.path.removeprefix(PREFIX),
            body or None,
            {"Content-Type": self.headers.get("Content-Type", "application/json")},
            method=self.command,
        )
        try:
            with urllib.request.urlopen(passed, timeout=60) as answer:
                self.reply(answer.status, answer.headers["Content-Type"], answer.read())
        except urllib.error.HTTPError as error:
            self.reply(error.code, error.headers["Content-Type"], error.read())

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def do_PATCH(self) -> None:
        self.do_GET()

    def reply(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Nothing is told on the terminal."""


@contextlib.contextmanager
def asking_proxy(behind: str) -> Iterator[str]:
    """Return the address of a proxy before the server at `behind`."""
    Proxy.behind = behind
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}{PREFIX}"
        serving.shutdown()
        thread.join()
