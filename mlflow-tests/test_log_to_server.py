"""What is recorded to MLflow's own server is there once and whole, whoever is killed on the way."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import OUR_PYTHON, Server, free_port, start

SECONDS = 240
PROGRAM = """
import sys, lightflow_jlab as lf
lf.set_experiment("from afar", description="what it is")
count = int(sys.argv[1])
with lf.start_run(run_name=sys.argv[2], tags={"team": "vision"}) as run:
    lf.log_params({"lr": 0.1, "deep": {"layers": 3}, "on": True})
    lf.log_text("kept", "notes/a b.txt")
    lf.log_text("", "empty.txt")
    print(run.info.run_id, flush=True)
    for step in range(count):
        lf.log_metric("loss", step * 0.5, step=step)
        if "wait" in sys.argv and step == count // 2:
            print("half", flush=True)
            sys.stdin.readline()
    lf.log_metrics({"odd": float("nan"), "wide": float("inf")}, step=1)
    with lf.start_run(run_name=sys.argv[2] + ", child"):
        lf.log_metric("loss", 1.0)
"""


class Home:
    """A person's state folder, programs that log there for a server, and what sends it."""

    def __init__(self, folder: Path, uri: str) -> None:
        self.state = folder / "state"
        self.environment = {
            **os.environ,
            "LIGHTFLOW_TRACKING_URI": uri,
            "LIGHTFLOW_STATE_DIR": str(self.state),
        }
        self.programs: list[subprocess.Popen] = []

    def start(self, *arguments: str, code: str = PROGRAM) -> subprocess.Popen:
        pipe = subprocess.PIPE
        command = [OUR_PYTHON, "-c", code, *arguments]
        self.programs.append(
            subprocess.Popen(
                command, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
            )
        )
        return self.programs[-1]

    def run(self, *arguments: str, code: str = PROGRAM) -> str:
        """Run a program to its end; return the first line it prints."""
        out, error = self.start(*arguments, code=code).communicate(timeout=SECONDS)
        assert self.programs[-1].returncode == 0, error
        return out.split("\n")[0]

    def sync(self) -> subprocess.CompletedProcess:
        command = [OUR_PYTHON, "-m", "lightflow_jlab", "sync"]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=SECONDS
        )

    def senders(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                line = process.cmdline()
                if "lightflow_jlab.remote" in str(line) and str(self.state) in line[-1]:
                    found.append(process)
        return found

    def end(self) -> None:
        for process in [*self.senders(), *self.programs]:
            with contextlib.suppress(psutil.Error):
                process.kill()
        for program in self.programs:
            program.communicate()

    def waiting(self) -> list[Path]:
        inside = [*self.state.glob("outboxes/*/spool/*.lf")]
        return inside + [
            file for file in self.state.glob("outboxes/*/artifacts/**/*") if file.is_file()
        ]


class Theirs:
    """MLflow's server with SQLite, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.server = Server(f"http://127.0.0.1:{self.port}", None, folder)
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1"]
        command += ["--workers", "1", "--port", str(self.port)]
        command += ["--backend-store-uri", "sqlite:///mlflow.db"]
        command += ["--artifacts-destination", "./artifacts"]
        self.process = start(command, f"{self.server.uri}/health", self.folder)

    def kill(self) -> None:
        """Kill the server and its workers at once."""
        assert self.process is not None
        family = [*psutil.Process(self.process.pid).children(recursive=True), self.process]
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Theirs]:
    server = Theirs(tmp_path)
    yield server
    if server.process is not None and server.process.poll() is None:
        server.kill()


@pytest.fixture
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Home]]:
    homes: list[Home] = []

    def make(uri: str) -> Home:
        homes.append(Home(tmp_path, uri))
        return homes[-1]

    yield make
    for one in homes:
        one.end()


def wait_for(what: str, holds: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return found


def found(server: Server, run_id: str) -> list[Any]:
    """Return the runs that carry one of our ids."""
    answer = server.get("experiments/get-by-name", experiment_name="from afar")
    return server.post(
        "runs/search",
        experiment_ids=[answer["experiment"]["experiment_id"]],
        filter=f"tags.`lightflow.runId` = '{run_id}'",
        run_view_type="ALL",
        max_results=10,
    ).get("runs", [])


def check_whole(server: Server, run_id: str, name: str, count: int) -> Any:
    (run,) = found(server, run_id)
    assert run["info"]["run_name"] == name
    assert run["info"]["status"] == "FINISHED"
    params = {one["key"]: one["value"] for one in run["data"]["params"]}
    assert params == {"lr": "0.1", "deep.layers": "3", "on": "True"}
    history = server.get(
        "metrics/get-history", run_id=run["info"]["run_id"], metric_key="loss", max_results=25_000
    )["metrics"]
    assert [(one["step"], one["value"]) for one in history] == [
        (step, step * 0.5) for step in range(count)
    ]
    last = {one["key"]: float(one["value"]) for one in run["data"]["metrics"]}
    assert math.isnan(last["odd"]) and last["wide"] == sys.float_info.max
    for path, text in (("notes/a b.txt", b"kept"), ("empty.txt", b"")):
        root = run["info"]["artifact_uri"].removeprefix("mlflow-artifacts:")
        address = f"/api/2.0/mlflow-artifacts/artifacts{root}/{path}"
        assert server.call("GET", address) == (200, text)
    return run


def test_a_run_is_on_mlflows_server_as_it_was_recorded(
    theirs: Server, home: Callable[[str], Home]
) -> None:
    here = home(theirs.uri)
    run_id = here.run("2500", "whole")
    wait_for("all is sent", lambda: not here.waiting() and not here.senders())
    run = check_whole(theirs, run_id, "whole", 2500)
    tags = {one["key"]: one["value"] for one in run["data"]["tags"]}
    assert tags["team"] == "vision" and tags["mlflow.source.type"] == "LOCAL"
    (child,) = theirs.post(
        "runs/search",
        experiment_ids=[run["info"]["experiment_id"]],
        filter=f"tags.`mlflow.parentRunId` = '{run['info']['run_id']}'",
        max_results=10,
    )["runs"]
    assert child["info"]["run_name"] == "whole, child"


FAILING = """
import lightflow_jlab as lf
lf.set_experiment("from afar")
run = lf.start_run(run_name="fails")
print(run.info.run_id, flush=True)
with run:
    lf.log_param("lr", 0.1)
    lf.log_param("lr", 0.2)
    lf.log_metric("loss", 1.0)
    raise ValueError("no way")
"""


def test_what_the_server_refuses_is_told_once_and_the_rest_is_there(
    theirs: Server, home: Callable[[str], Home]
) -> None:
    here = home(theirs.uri)
    program = here.start(code=FAILING)
    run_id = program.communicate(timeout=SECONDS)[0].strip()
    wait_for("all is sent", lambda: not here.waiting() and not here.senders())
    (run,) = found(theirs, run_id)
    assert run["info"]["status"] == "FAILED"
    assert [one["value"] for one in run["data"]["params"]] == ["0.1"]
    assert [one["key"] for one in run["data"]["metrics"]] == ["loss"]
    tags = {one["key"]: one["value"] for one in run["data"]["tags"]}
    assert tags["lightflow.errorMessage"] == "no way"
    (state,) = here.state.glob("outboxes/*/sender-state.json")
    assert state.read_text().count("Changing param values is not allowed") == 1


def test_a_killed_program_has_failed_there(theirs: Server, home: Callable[[str], Home]) -> None:
    here = home(theirs.uri)
    program = here.start("1000", "killed", "wait")
    assert program.stdout is not None
    run_id = program.stdout.readline().strip()
    program.stdout.readline()
    wait_for("a sender runs", here.senders)
    program.send_signal(signal.SIGKILL)
    program.wait()
    wait_for("all is sent", lambda: not here.waiting())
    (run,) = found(theirs, run_id)
    tags = {one["key"]: one["value"] for one in run["data"]["tags"]}
    assert (run["info"]["status"], tags["lightflow.status"]) == ("FAILED", "CRASHED")
    assert len(run["data"]["metrics"]) == 1


def test_a_killed_sender_is_followed_by_another(
    theirs: Server, home: Callable[[str], Home]
) -> None:
    here = home(theirs.uri)
    program = here.start("2000", "hunted", "wait")
    assert program.stdout is not None and program.stdin is not None
    run_id = program.stdout.readline().strip()
    program.stdout.readline()
    for process in wait_for("a sender runs", here.senders):
        process.kill()
    program.stdin.write("go on\n")
    program.communicate(timeout=SECONDS)
    wait_for("all is sent", lambda: here.sync().returncode == 0 and not here.waiting())
    check_whole(theirs, run_id, "hunted", 2_000)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kills_on_both_ends_lose_and_double_nothing(
    mortal: Theirs, home: Callable[[str], Home]
) -> None:
    here = home(mortal.server.uri)
    program = here.start("6000", "through it all", "wait")
    assert program.stdout is not None and program.stdin is not None
    run_id = program.stdout.readline().strip()
    program.stdout.readline()
    # Nobody answers yet; logging went on all the same.
    mortal.start()
    wait_for("the run is there", lambda: _is_there(mortal.server, run_id))
    for _ in range(3):
        for process in wait_for("a sender runs", here.senders):
            process.kill()
    mortal.kill()
    program.stdin.write("go on\n")
    program.communicate(timeout=SECONDS)
    mortal.start()
    for _ in range(3):
        wait_for("something is sent", lambda: here.senders() or not here.waiting())
        time.sleep(0.5)
        for process in here.senders():
            process.kill()
        if here.waiting():
            assert here.sync().returncode in (0, 1)
    wait_for("all is sent", lambda: here.sync().returncode == 0 and not here.waiting())
    check_whole(mortal.server, run_id, "through it all", 6_000)


def _is_there(server: Server, run_id: str) -> bool:
    status, _ = server.call("GET", "experiments/get-by-name", experiment_name="from afar")
    return status == 200 and bool(found(server, run_id))


READING = """
import lightflow_jlab as lf
lf.set_experiment("read back")
with lf.start_run(run_name="mine") as run:
    for step in range(3):
        lf.log_metric("loss", step * 0.5)
with lf.start_run(run_id=run.info.run_id):
    lf.log_metric("loss", 1.5)
found = lf.get_run(run.info.run_id)
table = lf.runs("metrics.loss > 1", experiment="read back")
history = lf.metric_history(run.info.run_id, "loss")
same = list(table["run_id"]) == [found.info.run_id]
print(same, found.info.status, history["step"].tolist(), history["value"].tolist())
"""


def test_what_was_recorded_is_read_back_and_gone_on_with(
    theirs: Server, home: Callable[[str], Home]
) -> None:
    printed = home(theirs.uri).run(code=READING)
    assert printed == "True FINISHED [0, 1, 2, 3] [0.0, 0.5, 1.0, 1.5]"
