"""A real Jupyter server with the extension, its root folder holding a store with known runs."""

from __future__ import annotations

import json
import math
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from lightflow_jlab.config.locations import artifact_folder, spool_folder
from lightflow_jlab.contract.records import (
    ArtifactRecord,
    DocumentRecord,
    ParamRecord,
    Params,
    Process,
    RunEnd,
    RunStart,
)
from lightflow_jlab.importer import Importer
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.writer import SpoolWriter
from lightflow_jlab.store import Store

RUN = "0123456789abcdef0123456789abcdef"
OTHER_RUN = "fedcba9876543210fedcba9876543210"
WRITER = "00112233445566778899aabbccddeeff"
START = 1_700_000_000_000
LOSSES = (1.5, math.inf, 0.25, math.nan)

ARTIFACTS = {
    "notes.txt": b"first line\n",
    "plots/confusion matrix.png": b"\x89PNG\r\n\x1a\n0000",
    "plots/100% \xc3\xa9t\xc3\xa9.svg".encode("latin-1").decode(): b"<svg onload='alert(1)'/>",
    "tables/scores.csv": b"name,score\nada,1\ngrace,2\n",
    "report.html": b"<script>alert(1)</script>",
}


@dataclass
class Answer:
    status: int
    json: Any
    """None where the body is not JSON."""
    body: bytes
    headers: Any


class Lab:
    """Speaks to the server as a browser or script does. Paths are sent as they are given."""

    def __init__(self, app: ServerApp, client: Any, port: int, token: str) -> None:
        self.app = app
        self.token = token
        self.base = f"{app.base_url}lightflow/api"
        self._client = client
        self.port = port
        self.streams: list[WebSocketClientConnection] = []

    @property
    def service(self) -> Any:
        points = self.app.extension_manager.extension_points
        return points["lightflow_jlab"].app._service

    async def call(
        self,
        method: str,
        path: str,
        /,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **params: Any,
    ) -> Answer:
        """Send a request with the token, unless `headers` are given.

        A path that begins with `/` stands below `lightflow`, others below `lightflow/api/`.
        """
        if headers is None:
            headers = {"Authorization": f"token {self.token}"}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is None and method == "POST":
            body = b""
        elif body is not None:
            headers = {"Content-Type": "application/json", **headers}
        query = urllib.parse.urlencode(params, doseq=True)
        response: HTTPResponse = await self._client.fetch(
            f"{self._address(path)}" + (f"?{query}" if query else ""),
            method=method,
            body=body,
            headers=headers,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            raise_error=False,
        )
        body = response.body or b""
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return Answer(
            response.code,
            json.loads(body, parse_constant=_not_json) if is_json and body else None,
            body,
            response.headers,
        )

    def _address(self, path: str) -> str:
        return (
            f"{self.base.removesuffix('/api')}{path}" if path[0] == "/" else f"{self.base}/{path}"
        )

    async def get(self, path: str, /, **params: Any) -> Any:
        """Return the JSON of a request that must succeed; `params` is its query."""
        answer = await self.call("GET", path, **params)
        assert answer.status == 200, answer
        return answer.json

    async def stream(
        self, headers: dict[str, str] | None = None, **params: Any
    ) -> WebSocketClientConnection:
        if headers is None:
            headers = {"Authorization": f"token {self.token}"}
        query = urllib.parse.urlencode(params)
        url = f"ws://localhost:{self.port}{self.base}/stream?{query}"
        request = HTTPRequest(url, headers=headers, connect_timeout=10)
        self.streams.append(await websocket_connect(request))
        return self.streams[-1]


def _not_json(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


@pytest.fixture
def server_settings() -> dict[str, Any]:
    """Settings of `ServerApp` that a test adds."""
    return {}


@pytest.fixture
def jp_server_config(server_settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"lightflow_jlab": True, "jupyter_server_terminals": False},
            "allow_unauthenticated_access": False,
            **server_settings,
        }
    }


@pytest.fixture
def jp_server_cleanup() -> None:
    """Only tests that start a server end one."""


@pytest.fixture
def folder(jp_root_dir: Path) -> Path:
    """Return the folder of a store with two runs, the first with everything a run can have."""
    folder = jp_root_dir / ".lightflow"
    store = Store.open(folder)
    fill(store)
    store.close()
    return folder


@pytest.fixture
def lab(
    folder: Path,
    jp_serverapp: ServerApp,
    http_server_client: Any,
    http_server_port: Any,
    jp_asyncio_loop: Any,
) -> Iterator[Lab]:
    token = jp_serverapp.identity_provider.token
    lab = Lab(jp_serverapp, http_server_client, http_server_port[1], token)
    yield lab
    for stream in lab.streams:
        stream.close()
    jp_asyncio_loop.run_until_complete(jp_serverapp._cleanup())
    jp_serverapp.kernel_manager.context.destroy()
    ServerApp.clear_instance()


def fill(store: Store) -> None:
    """Record two runs as another process would, and import them."""
    process = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)
    spool = SpoolWriter([spool_folder(store.folder)], process)
    for run_id, experiment in ((RUN, "digits"), (OTHER_RUN, "Default")):
        start = RunStart(
            run_id=run_id,
            experiment_name=experiment,
            run_name=f"run-{run_id[:2]}",
            start_time=START,
            user_id="ada",
            process=process,
            cell_id="cell-7" if run_id == RUN else "",
        )
        spool.record(RecordType.RUN_START, start)
    spool.record(RecordType.PARAMS, Params(RUN, [ParamRecord("lr", 0.1, "float")]))
    run, key = spool.define_run(RUN), spool.define_key("loss")
    for step, value in enumerate(LOSSES):
        spool.point(run, key, step, START + step, value)
    document = DocumentRecord(RUN, "source", "text/x-python", "print('hello')\n")
    spool.record(RecordType.DOCUMENT, document)
    for path, data in ARTIFACTS.items():
        file = artifact_folder(store.folder, RUN) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        kept = ArtifactRecord(RUN, path, len(data), media_type_of(path), START)
        spool.record(RecordType.ARTIFACT, kept)
    for run_id in (RUN, OTHER_RUN):
        spool.record(RecordType.RUN_END, RunEnd(run_id, "FINISHED", START + 5000))
    spool.close()
    importer = Importer.acquire(store)
    assert importer is not None
    importer.run_once()
    importer.release()


def media_type_of(path: str) -> str:
    known = {"txt": "text/plain", "png": "image/png", "csv": "text/csv", "html": "text/html"}
    return known.get(path.rsplit(".", 1)[-1], "application/octet-stream")
