"""Runs recorded to another Lightflow server arrive there once, whoever is killed on the way."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lightflow_jlab.config.locations import state_folder

from .conftest import TOKEN, Child, Server, View, environment, wait_for
from .passing_proxy import PassingProxy, passing_proxy

PROGRAM = """
import sys, lightflow_jlab as lf
count = int(sys.argv[1])
with lf.start_run(run_name=sys.argv[2]) as run:
    lf.log_param("lr", 0.1)
    lf.log_text("kept", "notes/a b.txt")
    print(run.info.run_id, flush=True)
    for step in range(count):
        lf.log_metric("loss", step * 0.5, step=step)
        if step == count // 2 and "wait" in sys.argv:
            print("half", flush=True)
            sys.stdin.readline()
"""
SYNC = [sys.executable, "-m", "lightflow_jlab", "sync"]


def settings(port: int, tmp_path: Path) -> dict[str, str]:
    return environment(
        tmp_path / "unused",
        LIGHTFLOW_TRACKING_URI=f"http://127.0.0.1:{port}",
        LIGHTFLOW_TRACKING_TOKEN=TOKEN,
        LIGHTFLOW_STATE_DIR=str(state_folder()),
    )


@pytest.fixture
def program(tmp_path: Path, children: list[Child]) -> Callable[..., Child]:
    """Return what starts a program that records to a port of this machine."""

    def start(port: int, *arguments: str, code: str = PROGRAM, **more: str) -> Child:
        children.append(Child(code, *arguments, env={**settings(port, tmp_path), **more}))
        return children[-1]

    return start


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Return the port of a server that takes what comes and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening.getsockname()[1]


@pytest.fixture(autouse=True)
def no_sender_is_left() -> Iterator[None]:
    yield
    for process in senders():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def senders() -> list[psutil.Process]:
    """Return the processes that send this test's outboxes."""
    found, own = [], str(state_folder())
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            line = process.cmdline()
            if len(line) > 2 and "lightflow_jlab.remote" in line[2] and own in line[-1]:
                found.append(process)
    return found


def waiting_files() -> list[Path]:
    """Return the logs and files of runs that have not been sent."""
    inside = [*(state_folder() / "outboxes").glob("*/spool/*.lf")]
    return [*inside, *(state_folder() / "outboxes").glob("*/artifacts/**/*.txt")]


def check_whole(root: Path, run_id: str, count: int, status: str = "FINISHED") -> None:
    view = View(root / ".lightflow")
    wait_for(f"the run is {status} there", lambda: view.status(run_id) == status)
    history = view.store.history(run_id, "loss")
    assert history.steps.tolist() == list(range(count))
    assert history.values.tolist() == [step * 0.5 for step in range(count)]
    run = view.run(run_id)
    assert run is not None and [(p.key, p.value) for p in run.params] == [("lr", 0.1)]
    note = root / ".lightflow/artifacts" / run_id[:2] / run_id / "notes/a b.txt"
    assert note.read_text() == "kept"


def sync(port: int, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        SYNC, env=settings(port, tmp_path), capture_output=True, text=True, timeout=60, check=False
    )


def test_a_run_arrives_whole_past_a_proxy_and_neither_it_nor_a_token_stays_behind(
    servers: Callable[[], Server], root: Path, program: Callable[..., Child]
) -> None:
    server = servers()
    with passing_proxy() as proxy:
        child = program(server.port, "1000", "afar", http_proxy=proxy, no_proxy="", NO_PROXY="")
        run_id = child.line()
        assert child.wait() == 0
        check_whole(root, run_id, 1000)
        wait_for("nothing waits any more", lambda: not waiting_files())
        wait_for("its sender has ended", lambda: not senders())
    assert {one.split()[0] for one in PassingProxy.passed} == {"GET", "POST", "PUT"}
    kept = [*state_folder().rglob("*"), *(root / ".lightflow").rglob("*")]
    assert [path for path in kept if path.is_file() and TOKEN.encode() in path.read_bytes()] == []


READER = """
import lightflow_jlab as lf
with lf.start_run(run_name="read back") as run:
    lf.log_param("lr", 0.1)
    for step in range(3):
        lf.log_metric("loss", step * 0.5)
with lf.start_run(run_id=run.info.run_id):
    lf.log_metric("loss", 1.5)
table = lf.runs("metrics.loss > 1", experiment="Default")
found = lf.get_run(run.info.run_id)
history = lf.metric_history(run.info.run_id, "loss")
try:
    lf.chart("loss")
except lf.StoreError as error:
    refusal = str(error)
print(list(table["run_id"]) == [run.info.run_id], found.data.params, found.data.metrics)
print(found.info.status, history["step"].tolist(), history["value"].tolist())
print(lf.get_tracking_uri(), refusal[:30])
"""


def test_what_was_recorded_to_a_server_is_read_from_it(
    servers: Callable[[], Server], program: Callable[..., Child]
) -> None:
    server = servers()
    child = program(server.port, code=READER)
    assert child.line() == "True {'lr': '0.1'} {'loss': 1.5}"
    assert child.line() == "FINISHED [0, 1, 2, 3] [0.0, 0.5, 1.0, 1.5]"
    assert child.line() == f"http://127.0.0.1:{server.port} Runs are recorded to http://12"
    assert child.wait() == 0


def test_what_was_logged_offline_is_sent_by_sync(
    servers: Callable[[], Server], root: Path, program: Callable[..., Child], tmp_path: Path
) -> None:
    server = servers()
    server.end()
    child = program(server.port, "400000", "offline")
    run_id = child.line()
    assert child.wait() == 0
    for process in senders():
        process.kill()
        process.wait(10)
    told = sync(server.port, tmp_path)
    assert told.returncode == 1 and "can't be reached" in told.stderr
    again = Server(root, "again", port=server.port)
    try:
        wait_for("the server answers", again.is_up)
        told = sync(server.port, tmp_path)
        assert told.returncode == 0 and "all is sent" in told.stdout, told
        check_whole(root, run_id, 400_000)
        assert waiting_files() == []
    finally:
        again.end()


def test_who_is_killed_on_the_way_costs_nothing(
    servers: Callable[[], Server], root: Path, program: Callable[..., Child]
) -> None:
    server = servers()
    child = program(server.port, "200000", "through it all", "wait")
    run_id = child.line()
    child.line()
    view = View(root / ".lightflow")
    wait_for("the run has begun there", lambda: view.status(run_id) == "RUNNING")
    for process in senders():
        process.kill()
    server.process.kill()
    server.process.wait(10)
    child.send("go on")
    assert child.wait() == 0
    again = Server(root, "again", port=server.port)
    try:
        wait_for("the server answers", again.is_up)
        check_whole(root, run_id, 200_000)
    finally:
        again.end()


def test_a_program_that_is_killed_has_crashed_there(
    servers: Callable[[], Server], root: Path, program: Callable[..., Child]
) -> None:
    server = servers()
    child = program(server.port, "1000", "killed", "wait")
    run_id = child.line()
    child.line()
    view = View(root / ".lightflow")
    wait_for("the run has begun there", lambda: view.status(run_id) == "RUNNING")
    child.signal(signal.SIGKILL)
    check_whole(root, run_id, 501, "CRASHED")
    wait_for("nothing waits any more", lambda: not waiting_files())


def test_a_server_that_never_answers_holds_up_nobody(
    silent_port: int, program: Callable[..., Child]
) -> None:
    child = program(
        silent_port,
        code="""
import time, lightflow_jlab as lf
with lf.start_run():
    slowest = 0.0
    for step in range(20_000):
        start = time.perf_counter()
        lf.log_metric("loss", 1.0)
        slowest = max(slowest, time.perf_counter() - start)
print("ended", slowest, flush=True)
""",
    )
    assert float(child.line().split()[1]) < 1.0
    ended = time.monotonic()
    assert child.wait() == 0
    assert time.monotonic() - ended < 2.0
    assert len(waiting_files()) == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_sender_and_a_server_that_are_killed_over_and_over_send_all_once(
    servers: Callable[[], Server], root: Path, program: Callable[..., Child], tmp_path: Path
) -> None:
    server = servers()
    child = program(server.port, "3000000", "hunted", "wait")
    run_id = child.line()
    child.line()
    child.send("go on")
    try:
        for round_ in range(20):
            # Whoever sends it: after some kills the program waits longer and longer itself.
            by_hand = subprocess.Popen(SYNC, env=settings(server.port, tmp_path))
            time.sleep(1.0 + round_ % 5 * 0.3)
            for process in [*senders(), by_hand]:
                process.kill()
            by_hand.wait(10)
            if round_ % 4 == 0:
                server.process.kill()
                server.process.wait(10)
                server = Server(root, f"again-{round_}", port=server.port)
                wait_for("the server answers", server.is_up)
        assert child.wait() == 0
        wait_for("all is sent", lambda: sync(server.port, tmp_path).returncode == 0)
        check_whole(root, run_id, 3_000_000)
    finally:
        server.end()
