"""MLflow's own client against its own server (SQLite) and against ours, in one run.

Needs the environment that `scripts/test mlflow` makes; `MLFLOW_PYTHON` names another.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.table import Row
from lightflow_jlab.cli.main import main as lightflow

MLFLOW_PYTHON = os.environ.get("MLFLOW_PYTHON", ".test/mlflow/bin/python")
RUNS = 10_000
TOKEN = "benchmark"
START_SECONDS = 180
_CLIENT = """
import json, statistics, sys, time
from mlflow import MlflowClient
from mlflow.entities import Metric
client = MlflowClient(sys.argv[1])
run = client.create_run("0").info.run_id
def timed(call, rounds):
    taken = []
    for index in range(rounds):
        start = time.perf_counter()
        call(index)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
def batch(key, start):
    steps = range(start, start + 1000)
    client.log_batch(run, [Metric(key, i * 0.5, 1700000000000 + i, i) for i in steps])
found = {}
timed(lambda i: client.log_metric(run, "warm", i, step=i), 5)
found["log_metric"] = timed(lambda i: client.log_metric(run, "loss", i, step=i), 50)
found["log_batch of 1,000"] = timed(lambda i: batch("batch", i * 1000), 5)
for start in range(0, 100_000, 1000):
    batch("long", start)
found["get_metric_history of 100,000"] = timed(
    lambda _: client.get_metric_history(run, "long"), 1
)
text = "metrics.acc > 0.5 and params.lr = '0.1'"
search = dict(filter_string=text, order_by=["metrics.acc DESC"])
assert len(client.search_runs(["1"], max_results=100, **search)) == 100
found["search_runs over 10,000, 100 found"] = timed(
    lambda _: client.search_runs(["1"], max_results=100, **search), 3
)
found["search_runs over 10,000, 1,000 found"] = timed(
    lambda _: client.search_runs(["1"], max_results=1000, **search), 3
)
print(json.dumps(found))
"""
_MUST = {
    "log_metric": "1 : 1",
    "log_batch of 1,000": "1 : 3",
    "get_metric_history of 100,000": "1 : 3",
    "search_runs over 10,000, 100 found": "1 : 3",
    "search_runs over 10,000, 1,000 found": "1 : 3",
}


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _theirs(folder) as uri:
            _fill(folder / "mlflow.db")
            theirs = _client(uri)
        with contextlib.redirect_stdout(io.StringIO()):
            lightflow(["import", str(folder / "mlflow.db"), "--store", name, "--no-artifacts"])
        with _ours(folder) as uri:
            ours = _client(uri)
    return [
        Row(
            f"MLflow client, {what}: MLflow's server, ours, ratio",
            f"{theirs[what] * 1e3:.1f} ms, {ours[what] * 1e3:.1f} ms, "
            f"1 : {theirs[what] / ours[what]:.1f}",
            must,
        )
        for what, must in _MUST.items()
    ]


def _client(uri: str) -> dict[str, float]:
    done = subprocess.run(
        [MLFLOW_PYTHON, "-c", _CLIENT, uri],
        env={**os.environ, "MLFLOW_TRACKING_TOKEN": TOKEN, "MLFLOW_DISABLE_TELEMETRY": "true"},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _fill(file: Path) -> None:
    """Write runs straight into MLflow's tables: through its server it would take minutes."""
    database = sqlite3.connect(file, timeout=60)
    database.execute(
        "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage) "
        "VALUES (1, 'many', 'mlflow-artifacts:/1', 'active')"
    )
    ids = [f"{number:032x}" for number in range(RUNS)]
    database.executemany(
        "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, "
        "status, start_time, source_version, lifecycle_stage, artifact_uri, experiment_id) "
        "VALUES (?, 'run', 'UNKNOWN', '', '', 'ada', 'RUNNING', ?, '', 'active', ?, 1)",
        [(one, i, f"mlflow-artifacts:/1/{one}/artifacts") for i, one in enumerate(ids)],
    )
    database.executemany(
        "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
        [
            (key, value, one)
            for i, one in enumerate(ids)
            for key, value in (("lr", str(10.0 ** -(i % 3))), ("net", "mlp"), ("seed", str(i)))
        ],
    )
    for table in ("metrics", "latest_metrics"):
        database.executemany(
            f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid) "
            "VALUES (?, ?, 1, 1, 0, ?)",
            [
                (key, (i * 7919 % RUNS) / RUNS, one)
                for i, one in enumerate(ids)
                for key in ("acc", "loss")
            ],
        )
    database.commit()
    database.close()


@contextlib.contextmanager
def _theirs(folder: Path) -> Iterator[str]:
    command = [MLFLOW_PYTHON, "-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    port = _free_port()
    with _server([*command, "--port", str(port)], folder, f"http://127.0.0.1:{port}") as uri:
        yield uri


@contextlib.contextmanager
def _ours(folder: Path) -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"]
    command += ["--ServerApp.jpserver_extensions={'lightflow_jlab': True}"]
    command += [f"--ServerApp.root_dir={folder}"]
    uri = f"http://127.0.0.1:{port}/lightflow/mlflow"
    with _server(command, folder, uri) as uri:
        yield uri


@contextlib.contextmanager
def _server(command: list[str], folder: Path, uri: str) -> Iterator[str]:
    command[0] = str(Path(command[0]).absolute())
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        request = urllib.request.Request(
            f"{uri}/health", headers={"Authorization": f"token {TOKEN}"}
        )
        while True:
            try:
                urllib.request.urlopen(request, timeout=10).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError((folder / "server.log").read_text()[-3000:]) from None
                time.sleep(0.2)
        yield uri
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
