"""Whole systems: processes that log, servers that import, and a look at the store from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from lightflow_jlab.contract.rest import Run
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.store import RunQuery, Store

DEADLINE_SECONDS = 60.0
TOKEN = "token-canary-of-the-server"
TREE = str(Path(__file__).resolve().parents[2])


def wait_for(what: str, holds: Callable[[], Any], seconds: float = DEADLINE_SECONDS) -> float:
    """Return how long it took until `holds()`; fails when it takes longer than `seconds`."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - started


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the variables of a process that records into `folder`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LIGHTFLOW_", "JPY_", "PYTEST", "JUPYTER"))
    }
    return kept | {
        "LIGHTFLOW_TRACKING_URI": str(folder),
        "LIGHTFLOW_STATE_DIR": str(folder.parent / "state"),
        "PYTHONPATH": TREE,
        **more,
    }


class Child:
    """A Python process. Ended by its id and waited for, whatever the test does."""

    def __init__(self, code: str, *arguments: str, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """Return the next line that it prints."""
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        assert text, self.process.communicate(timeout=DEADLINE_SECONDS)[1]
        return text.strip()

    def send(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        self.process.communicate(timeout=DEADLINE_SECONDS)
        return self.process.returncode

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.communicate(timeout=DEADLINE_SECONDS)


class View:
    """A store as an onlooker sees it who imports nothing."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder)

    def run(self, run_id: str) -> Run | None:
        try:
            return self.store.run(run_id)
        except NotFoundError:
            return None

    def status(self, run_id: str) -> str:
        run = self.run(run_id)
        return run.status if run else "not there"

    def runs(self) -> dict[str, Run]:
        """Return all runs by name."""
        return {run.run_name: run for run in self.store.runs(RunQuery(limit=1000)).runs}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """A Jupyter server with the extension, in a process of its own."""

    def __init__(self, root: Path, name: str, port: int | None = None) -> None:
        self.root = root
        self.runtime = root.parent / f"runtime-{name}"
        self.port = port or free_port()
        settings = {
            "ServerApp": {
                "jpserver_extensions": {"lightflow_jlab": True, "jupyter_server_terminals": False},
                "root_dir": str(root),
                "port": self.port,
                "port_retries": 0,
                "ip": "127.0.0.1",
                "open_browser": False,
                "allow_root": True,
            },
            # How long a kernel that doesn't answer is waited for before it is killed.
            "KernelManager": {"shutdown_wait_time": 1.0},
            # A kernel that died is started anew at once, before its run has been judged.
            "KernelRestarter": {"time_to_dead": 0.05},
            "IdentityProvider": {"token": TOKEN},
        }
        config = root.parent / f"server-{name}.json"
        config.write_text(json.dumps(settings))
        self.log = root.parent / f"server-{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", "--config", str(config)],
                env=environment(
                    root,
                    JUPYTER_RUNTIME_DIR=str(self.runtime),
                    JUPYTER_NO_CONFIG="1",
                    IPYTHONDIR=str(root.parent / "ipython"),
                ),
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=DEADLINE_SECONDS) as answer:
            return json.loads(answer.read() or b"null")

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            self.call("GET", "lightflow/api/status")
        except OSError:
            return False
        return True

    def kernel(self) -> Kernel:
        return Kernel(self, self.call("POST", "api/kernels", {"name": "python3"})["id"])

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait(DEADLINE_SECONDS)


class Kernel:
    """A kernel of a server, spoken to as a notebook does."""

    def __init__(self, server: Server, kernel_id: str) -> None:
        self._server = server
        self.kernel_id = kernel_id
        self.client = BlockingKernelClient(
            connection_file=str(server.runtime / f"kernel-{kernel_id}.json")
        )
        self.client.load_connection_file()
        # A slow machine is no dead kernel: without heartbeats the answers alone count.
        self.client.start_channels(hb=False)
        self.client.wait_for_ready(timeout=DEADLINE_SECONDS)

    def run(self, code: str) -> str:
        """Run a cell to its end; return what it printed."""
        printed: list[str] = []
        reply = self.client.execute_interactive(
            code,
            timeout=DEADLINE_SECONDS,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed).strip()

    def begin(self, code: str) -> None:
        """Have a cell run and don't wait."""
        self.client.execute(code)

    def restart(self) -> None:
        self._server.call("POST", f"api/kernels/{self.kernel_id}/restart", {})

    def wait(self) -> None:
        self.client.wait_for_ready(timeout=DEADLINE_SECONDS)

    def shut_down(self) -> None:
        self._server.call("DELETE", f"api/kernels/{self.kernel_id}")

    def close(self) -> None:
        self.client.stop_channels()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder whose `.lightflow` is the store."""
    root = tmp_path / "root"
    root.mkdir()
    return root


@pytest.fixture
def children() -> Iterator[list[Child]]:
    """Return the list in which a test puts its processes."""
    started: list[Child] = []
    yield started
    for child in started:
        child.end()


@pytest.fixture
def servers(root: Path) -> Iterator[Callable[[], Server]]:
    """Return what starts a server and waits until it answers."""
    started: list[Server] = []

    def start() -> Server:
        server = Server(root, str(len(started)))
        started.append(server)
        wait_for("a server answers", server.is_up)
        return server

    yield start
    for server in started:
        server.end()
