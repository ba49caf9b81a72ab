"""Runs recorded to another Lightflow server arrive there once, whoever is killed on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lightflow_jlab.config.locations import state_folder

from .conftest import Child, Server, View, environment, wait_for

PROGRAM = """
import sys, lightflow_jlab as lf
count = int(sys.argv[1])
with lf.start_run(run_name=sys.argv[2]) as run:
    lf.log_param("lr", 0.1)
    lf.log_text("kept", "notes/a b.txt")
    print(run.info.run_id, flush=True)
    for step in range(count):
        lf.log_metric("loss", step * 0.5, step=step)
        if step == count // 2 and len(sys.argv) > 3:
            print("half", flush=True)
            sys.stdin.readline()
"""


@pytest.fixture
def program(tmp_path: Path, children: list[Child]) -> Callable[..., Child]:
    """Return what starts a program that records to a port of this machine."""

    def start(port: int, *arguments: str, code: str = PROGRAM) -> Child:
        env = environment(
            tmp_path / "unused",
            LIGHTFLOW_TRACKING_URI=f"http://127.0.0.1:{port}",
            LIGHTFLOW_TRACKING_TOKEN="secret",
            LIGHTFLOW_STATE_DIR=str(state_folder()),
        )
        children.append(Child(code, *arguments, env=env))
        return children[-1]

    return start


def test_a_run_arrives_whole_and_leaves_nothing_behind(
    servers: Callable[[], Server], root: Path, program: Callable[..., Child]
) -> None:
    server = servers()
    child = program(server.port, "1000", "afar")
    run_id = child.line()
    assert child.wait() == 0
    view = View(root / ".lightflow")
    wait_for("the run has ended there", lambda: view.status(run_id) == "FINISHED")
    history = view.store.history(run_id, "loss")
    assert history.steps.tolist() == list(range(1000))
    assert history.values.tolist() == [step * 0.5 for step in range(1000)]
    run = view.run(run_id)
    assert run and [(p.key, p.value) for p in run.params] == [("lr", 0.1)]
    note = root / ".lightflow/artifacts" / run_id[:2] / run_id / "notes/a b.txt"
    assert note.read_text() == "kept"
    left = lambda: [
        p
        for p in (state_folder() / "outboxes").rglob("*")
        if p.suffix in (".lf", ".txt") and p.name != "server.txt"
    ]
    wait_for("nothing is left", lambda: not left())
