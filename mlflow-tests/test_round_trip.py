"""What a store holds goes to an MLflow server, and from there into an empty store: the same."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import OUR_PYTHON
from hard_to_carry import in_turn, record
from mlflow.tracking import MlflowClient

OURS = """
import os, sys
import lightflow_jlab as lf
lf.set_tracking_uri(sys.argv[1])
lf.set_experiment("our own")
with lf.start_run(run_name="d typed", tags={"team": "vision"}) as run:
    lf.log_params({"lr": 0.1, "layers": 3, "on": True, "net": "mlp"})
    for step in range(2_500):
        lf.log_metric("loss", 1 / (step + 1), step=step)
    lf.log_metrics({"odd": float("nan"), "wide": float("inf")}, step=1)
    lf.log_text("kept", "notes/a b.txt")
    lf.set_tag("mlflow.note.content", "n" * 9000)
try:
    with lf.start_run(run_name="e failed"):
        raise ValueError("no way")
except ValueError:
    pass
lf.start_run(run_name="f crashed")
lf.log_metric("loss", 1.0)
lf.flush()
os._exit(1)
"""
LATER = """
import sys
import lightflow_jlab as lf
lf.set_tracking_uri(sys.argv[1])
with lf.start_run(run_id=sys.argv[2]):
    lf.log_metrics({"loss": 0.5}, step=1)
    lf.log_param("added", 1)
    lf.log_text("later", "notes/later.txt")
"""


def program(code: str, *arguments: str) -> None:
    subprocess.run([OUR_PYTHON, "-c", code, *arguments], timeout=100, check=False)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store with all that is hard to carry, by MLflow's client and by us."""
    folder = tmp_path_factory.mktemp("full")
    (folder / ".lightflow").mkdir()
    record(f"lightflow:{folder}", "carried")
    program(OURS, str(folder))
    return folder


def test_a_store_goes_there_and_back(full: Path, sources: dict[str, str], tmp_path: Path) -> None:
    server = sources["server"]
    out = ("run", ["export", server, "--store", str(full)])
    said, again, before, _, after = in_turn(
        out,
        out,
        ("read", str(full)),
        ("run", ["import", server, "--store", str(tmp_path)]),
        ("read", str(tmp_path)),
    )
    assert f"6 runs: 6 new on {server}, 0 unchanged" in said
    assert "1 logged models, 2 versions" in said
    assert "6 runs: 0 new" in again and "6 unchanged. Sent: 0 points, 0 files, 0 logged" in again
    assert after == before
