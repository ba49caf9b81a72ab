"""What a store holds goes to an MLflow server, and from there into an empty store: the same.

A proxy that asks for a name and a password stands between.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking_proxy import KNOWN, PASSWORD, asking_proxy
from conftest import OUR_PYTHON
from hard_to_carry import in_turn, record, recorder, without
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
os._exit(9)
"""
LATER = """
import sys
import lightflow_jlab as lf
lf.set_tracking_uri(sys.argv[1])
with lf.start_run(run_id=sys.argv[2]):
    lf.log_metric("loss", 0.5, step=1)
    lf.log_param("added", 1)
    lf.log_text("later", "notes/later.txt")
report = lf.export_to_mlflow(sys.argv[3])
print(report.new_runs, report.unchanged_runs, report.points, report.files)
"""
SENT = ("carried", "our own")
OTHER_THERE = {"seq", "experiment_id", "creation_time", "last_update_time", "lightflow.runId"}
OTHER_THERE |= {"lightflow.modelId", "lightflow.exported", "lightflow.version"}
"""What the server numbers and dates itself, and the tags by which a thing is known again."""


def program(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [OUR_PYTHON, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode in (0, 9), done.stderr[-3000:]
    return done.stdout.strip()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store with all that is hard to carry, by MLflow's client and by us."""
    folder = tmp_path_factory.mktemp("full")
    (folder / ".lightflow").mkdir()
    with recorder(f"lightflow:{folder}") as client:
        record(client, "carried")
    program(OURS, str(folder))
    return folder


@pytest.fixture
def proxy(sources: dict[str, str]) -> Iterator[str]:
    with asking_proxy(sources["server"]) as uri:
        yield uri


def test_a_store_goes_there_and_back(full: Path, proxy: str, tmp_path: Path) -> None:
    out = ("run", ["export", proxy, "--store", str(full)])
    back = ("run", ["import", proxy, "--store", str(tmp_path)])
    looks = ("read", str(full)), ("read", str(tmp_path))
    said, _, before, after, again, back_again, _, same = in_turn(
        out, back, *looks, out, back, *looks, **KNOWN
    )
    assert PASSWORD not in said
    assert f"6 runs: 6 new on {proxy}, 0 unchanged. Sent: 2,508 points" in said
    assert "1 logged models, 2 versions" in said
    assert "MLflow keeps 8,000 characters" in said and "for an infinite one" in said
    assert "6 runs: 0 new" in again
    assert "6 unchanged. Sent: 0 points, 0 files, 0 logged models, 0 versions." in again
    assert " 0 new," in back_again and facts(same) == facts(after)
    cut = next(run for run in before["runs"] if run["run_name"] == "d typed")
    cut["note"] = cut["note"][:8_000]
    largest = [[1], [sys.float_info.max], cut["histories"]["wide"][2]]
    cut["histories"]["wide"] = largest
    assert facts(after) == facts(before)


@pytest.mark.parametrize("command", ["import", "export"])
def test_who_is_not_known_is_told_which_variables_to_set(
    proxy: str, tmp_path: Path, command: str
) -> None:
    (tmp_path / ".lightflow").mkdir()
    done = subprocess.run(
        [OUR_PYTHON, "-m", "lightflow_jlab", command, proxy, "--store", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_new_follows(full: Path, sources: dict[str, str], tmp_path: Path) -> None:
    server = sources["server"]
    (_, before) = in_turn(("run", ["export", server, "--store", str(full)]), ("read", str(full)))
    run_id = next(run["run_id"] for run in before["runs"] if run["run_name"] == "d typed")
    assert program(LATER, str(full), run_id, server) == "0 5 1 1"
    found = MlflowClient(server).search_runs(
        [MlflowClient(server).get_experiment_by_name("our own").experiment_id],
        f"tags.`lightflow.runId` = '{run_id}'",
    )
    assert [run.data.params["added"] for run in found] == ["1"]
    history = MlflowClient(server).get_metric_history(found[0].info.run_id, "loss")
    assert sorted(one.value for one in history if one.step == 1) == [0.5, 0.5]
    assert len(history) == 2_501


def facts(found: Any) -> Any:
    """Return what a store holds of what was sent, its ids replaced by names."""
    runs = [run for run in found["runs"] if run["experiment"] in SENT]
    models = [one for one in found["logged"] if one["experiment"] in SENT]
    told = json.dumps(
        {
            "runs": [{**run, "metrics": "in its histories"} for run in runs],
            "logged": models,
            "registered": [one for one in found["registered"] if "carried" in one["name"]],
            "experiments": {
                name: one for name, one in found["experiments"].items() if name.startswith(SENT)
            },
        }
    )
    for id_, name in [(run["run_id"], run["run_name"]) for run in runs] + [
        (one["model_id"], one["name"]) for one in models
    ]:
        told = told.replace(id_, name)
    told = re.sub(r"mlflow-artifacts:/\d+", "mlflow-artifacts:/0", told)
    return without(json.loads(told), *OTHER_THERE)
