"""A proxy as companies have them: clients name it in `http_proxy`, and it fetches for them."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class PassingProxy(BaseHTTPRequestHandler):
    passed: list[str]
    """The method and path of each request."""

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        type(self).passed.append(f"{self.command} {where.path}")
        behind = http.client.HTTPConnection(where.netloc, timeout=30)
        with contextlib.closing(behind):
            path = f"{where.path}?{where.query}" if where.query else where.path
            headers = {name: value for name, value in self.headers.items() if name != "Connection"}
            behind.request(self.command, path, body or None, headers)
            answer = behind.getresponse()
            said = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def log_message(self, *arguments: Any) -> None:
        """Nothing is told on the terminal."""


@contextlib.contextmanager
def passing_proxy() -> Iterator[str]:
    """Return the address of a proxy; `PassingProxy.passed` tells what went through it."""
    PassingProxy.passed = []
    with ThreadingHTTPServer(("127.0.0.1", 0), PassingProxy) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()
