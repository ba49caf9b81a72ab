"""A run that MLflow's client starts in a kernel says which notebook, cell and commit it is of."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Server
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

SECONDS = 90
CELL = """
import mlflow
mlflow.set_experiment("of a kernel")
with mlflow.start_run(run_name="by hand"):
    mlflow.log_metric("loss", 0.5)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with a store, under Git."""
    (tmp_path / ".lightflow").mkdir()
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for words in (["init", "-b", "topic"], [*identity, "commit", "--allow-empty", "-m", "begun"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


@pytest.fixture
def kernel(project: Path, ours: Server) -> Iterator[BlockingKernelClient]:
    manager = KernelManager()
    environment = {
        **os.environ,
        "MLFLOW_TRACKING_URI": ours.uri,
        "MLFLOW_TRACKING_TOKEN": ours.token or "",
        # As Jupyter's server starts the kernel of a notebook.
        "JPY_SESSION_NAME": str(project / "work.ipynb"),
    }
    manager.start_kernel(cwd=str(project), env=environment)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(SECONDS)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_its_notebook_cell_and_commit_are_shown(
    kernel: BlockingKernelClient, ours: Server, project: Path
) -> None:
    content = {"code": CELL, "silent": False, "store_history": True, "allow_stdin": False}
    asked = kernel.session.msg("execute_request", content, metadata={"cellId": "cell-7"})
    kernel.shell_channel.send(asked)
    while (reply := kernel.get_shell_msg(SECONDS))["parent_header"] != asked["header"]:
        pass
    assert reply["content"]["status"] == "ok", reply["content"]
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project, check=True, capture_output=True, text=True
    ).stdout.strip()
    number = ours.get("experiments/get-by-name", experiment_name="of a kernel")["experiment"]
    (run,) = ours.sidebar("runs", experiment_id=number["experiment_id"])["runs"]
    assert (run["run_name"], run["status"]) == ("by hand", "FINISHED")
    assert (run["source_name"], run["source_type"]) == ("work.ipynb", "NOTEBOOK")
    assert run["cell_id"] == "cell-7"
    found = ours.get("runs/get", run_id=run["run_id"])["run"]["data"]["tags"]
    tags = {one["key"]: one["value"] for one in found}
    assert tags["mlflow.source.git.commit"] == commit
    assert tags["mlflow.source.git.branch"] == "topic"
