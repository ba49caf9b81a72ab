"""Two servers on one store, eight programs that log, someone who looks: one imports, none waits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

import pytest

from lightflow_jlab.importer.lease import last_holder

from .conftest import Child, Server, View, environment, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")

WRITERS = 8
TAKE_OVER_SECONDS = 15.0

LOGGING = """
import sys, threading
import lightflow_jlab as lf
told = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), told.set()), daemon=True).start()
step = 0
with lf.start_run(run_name=sys.argv[1]):
    print("logging", flush=True)
    while not told.is_set():
        for _ in range(200):
            lf.log_metric("loss", 0.5, step=step)
            step += 1
        told.wait(0.02)
print(step, flush=True)
"""


class Reader:
    """Looks at the runs again and again, and renames one, as an open sidebar does."""

    def __init__(self) -> None:
        self.looks = 0
        self.failures: list[str] = []
        self._ended = threading.Event()
        self._servers: list[Server] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def look_at(self, servers: list[Server]) -> None:
        self._servers = servers
        if not self._thread.is_alive():
            self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join(30)

    def _run(self) -> None:
        while not self._ended.wait(0.05):
            for server in self._servers:
                try:
                    runs = server.call("GET", "lightflow/api/runs?order_by=metrics.loss")["runs"]
                    for run in runs[:1]:
                        path = f"lightflow/api/runs/{run['run_id']}"
                        server.call("PATCH", path, {"note": f"look {self.looks}"})
                    self.looks += 1
                except urllib.error.HTTPError as error:
                    self.failures.append(f"{error}: {error.read().decode()}")
                except (OSError, HTTPException, json.JSONDecodeError) as error:
                    if not _was_killed(server):
                        self.failures.append(str(error))


def _was_killed(server: Server) -> bool:
    try:
        return server.process.wait(2) == -signal.SIGKILL
    except subprocess.TimeoutExpired:
        return False


def _points(view: View) -> dict[str, int]:
    return {name: sum(m.count for m in run.metrics) for name, run in view.runs().items()}


@pytest.mark.parametrize(
    "times", [1, pytest.param(10, marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
)
def test_when_the_importer_is_killed_the_other_server_takes_over_and_all_is_there_once(
    root: Path, servers: Callable[[], Server], children: list[Child], times: int
) -> None:
    running = [servers(), servers()]
    view = View(root / ".lightflow")
    reader = Reader()
    reader.look_at(running)
    for number in range(WRITERS):
        children.append(Child(LOGGING, str(number), env=environment(root)))
    for child in children:
        assert child.line() == "logging"
    wait_for("all runs are there", lambda: len(_points(view)) == WRITERS)
    took = []
    for attempt in range(times):
        if attempt:
            running.append(servers())
            reader.look_at(running)
        holder = last_holder(root / ".lightflow")
        assert holder is not None
        (killed,) = [one for one in running if one.process.pid == holder.pid]
        running = [one for one in running if one is not killed]
        os.kill(holder.pid, signal.SIGKILL)
        killed.process.wait()
        before = _points(view)
        took.append(
            wait_for(
                "the other server imports from all programs",
                lambda before=before: all(n > before[name] for name, n in _points(view).items()),
                TAKE_OVER_SECONDS,
            )
        )
        reader.look_at(running)
    for child in children:
        child.send("end")
    logged = {str(number): int(child.line()) for number, child in enumerate(children)}
    wait_for("all points are there", lambda: _points(view) == logged)
    reader.end()
    view.store.close()
    print(f"taken over after {max(took):.1f} s at most; {reader.looks} looks")
    assert reader.failures == []
    assert reader.looks > 10
    for log in root.parent.glob("server-*.log"):
        assert "locked" not in log.read_text()
