"""MLflow's own server and ours, side by side, for its real client.

Run by `scripts/test mlflow` in an environment that holds MLflow; ours comes from the project's.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
# Eight processes beside each server of MLflow's, which take longer to start than it does.
os.environ["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
NOWHERE = "nowhere:"
"""Where a client records that nobody told where: it fails, and leaves no `mlflow.db` behind."""
os.environ["MLFLOW_TRACKING_URI"] = NOWHERE

TOKEN = "a-token-of-the-tests"
ROOT = Path(__file__).parents[1]
OUR_PYTHON = os.environ.get("LIGHTFLOW_PYTHON", str(ROOT / ".test/env/bin/python"))
START_SECONDS = 180


class Server:
    """A tracking server at an address that only its client knows the inside of."""

    def __init__(self, uri: str, token: str | None, folder: Path | None = None) -> None:
        self.uri = uri
        self.token = token
        self.folder = folder
        self.asked: set[tuple[str, str]] = set()
        """The method and path of each call so far."""
        self._session = requests.Session()
        # MLflow's server drops a connection that it kept, now and then just as it is used again.
        self._session.headers["Connection"] = "close"
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None, /, **query: Any) -> tuple[int, Any]:
        """Return the status and the JSON of an answer below `/api/2.0/mlflow/`."""
        full = path if path.startswith("/") else f"/api/2.0/mlflow/{path}"
        self.asked.add((method, full))
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = self._session.request(
            method, self.uri + full, params=query or None, timeout=60, **sent
        )
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else answer.content

    def post(self, path: str, /, **body: Any) -> Any:
        status, answer = self.call("POST", path, body)
        assert status == 200, (path, body, answer)
        return answer

    def get(self, path: str, /, **query: Any) -> Any:
        status, answer = self.call("GET", path, **query)
        assert status == 200, (path, query, answer)
        return answer

    def sidebar(self, path: str, /, **query: Any) -> Any:
        """Return the JSON of what the browser asks for beside the protocol."""
        uri = f"{self.uri.removesuffix('/mlflow')}/api/{path}"
        answer = self._session.get(uri, params=query or None, timeout=60)
        assert answer.status_code == 200, (path, query, answer.text)
        return answer.json()


def free_port() -> int:
    """Return a port below those that systems give out by themselves, to whoever asks next."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def launch(command: list[str], folder: Path, **environment: str) -> subprocess.Popen:
    log = (folder / "server.log").open("wb")
    return subprocess.Popen(
        command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **environment}
    )


def await_answer(process: subprocess.Popen, address: str, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    process.kill()
    raise RuntimeError((folder / "server.log").read_text()[:5000])


def start(command: list[str], address: str, folder: Path) -> subprocess.Popen:
    process = launch(command, folder)
    await_answer(process, address, folder)
    return process


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class MlflowServer:
    """MLflow's own server, with SQLite, in a folder. It takes long to start: wait late."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1"]
        command += ["--workers", "1", "--port", str(port)]
        command += ["--backend-store-uri", "sqlite:///mlflow.db"]
        command += ["--artifacts-destination", "./artifacts"]
        self.uri = f"http://127.0.0.1:{port}"
        self.process = launch(command, folder)
        self.folder = folder

    def ready(self) -> Server:
        await_answer(self.process, f"{self.uri}/health", self.folder)
        return Server(self.uri, None, self.folder)


@contextlib.contextmanager
def mlflow_server(folder: Path) -> Iterator[MlflowServer]:
    server = MlflowServer(folder)
    yield server
    stop(server.process)


@pytest.fixture(scope="session")
def starting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MlflowServer]:
    if any("sources" in item.fixturenames for item in request.session.items):
        # The other one starts meanwhile, too.
        request.getfixturevalue("starting_empty")
    with mlflow_server(tmp_path_factory.mktemp("theirs")) as server:
        yield server


@pytest.fixture(scope="session")
def theirs(starting: MlflowServer) -> Server:
    return starting.ready()


@pytest.fixture(scope="session")
def ours(starting: MlflowServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Our server, which shows theirs in its sidebar; the two start beside each other."""
    folder = tmp_path_factory.mktemp("ours")
    port = free_port()
    command = [OUR_PYTHON, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={TOKEN}", "--ServerApp.base_url=/user/ada/"]
    others = ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook", "notebook_shim")
    extensions = {"lightflow_jlab": True, **dict.fromkeys(others, False)}
    command += [f"--ServerApp.jpserver_extensions={extensions}"]
    command += [f"--ServerApp.root_dir={folder}"]
    command += [f"--LightflowApp.mlflow_servers=theirs={starting.uri}"]
    uri = f"http://127.0.0.1:{port}/user/ada/lightflow/mlflow"
    jupyter = {
        f"JUPYTER_{name}_DIR": str(folder / "jupyter") for name in ("CONFIG", "DATA", "RUNTIME")
    }
    process = launch(
        command,
        folder,
        PYTHONPATH=os.environ.get("PYTHONPATH", ""),
        LIGHTFLOW_STATE_DIR=str(folder / "state"),
        **jupyter,
    )
    await_answer(process, f"{uri}/health", folder)
    yield Server(uri, TOKEN, folder)
    stop(process)


@pytest.fixture(scope="session")
def starting_empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    with mlflow_server(tmp_path_factory.mktemp("imported")) as server:
        yield server


@pytest.fixture(scope="session")
def sources(
    starting_empty: MlflowServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Stores of MLflow's that hold nothing else: what an import takes in is all that is there."""
    import mlflow
    from hard_to_carry import record, recorder

    runs = tmp_path_factory.mktemp("mlruns")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        for uri in (runs.as_uri(), starting_empty.ready().uri):
            with recorder(uri) as client:
                record(client, "imported")
                client.register_prompt("greet", "Hello {{name}}")
                with mlflow.start_span("thought"):
                    pass
                mlflow.flush_trace_async_logging()
    database = starting_empty.folder / "mlflow.db"
    return {"sqlite": str(database), "server": starting_empty.uri, "mlruns": str(runs)}
