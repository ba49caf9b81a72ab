"""The client of MLflow 2 records here as well, by our address and without a server."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Server

OLDER_PYTHON = os.environ.get("OLDER_MLFLOW_PYTHON", str(ROOT / ".test/older/bin/python"))
PROGRAM = """
import json, mlflow
from mlflow import MlflowClient
mlflow.set_experiment("older")
client = MlflowClient()
with mlflow.start_run(run_name="one") as run:
    mlflow.log_params({"lr": 0.1, "net": "mlp"})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_text("hello", "notes/a b.txt")
    mlflow.set_tag("k", "v")
client.create_registered_model("older net", {"a": "b"}, "# A net")
made = client.create_model_version("older net", f"{run.info.artifact_uri}/notes", run.info.run_id)
client.set_registered_model_alias("older net", "best", "1")
client.transition_model_version_stage("older net", "1", "Production")
try:
    client.get_run("0" * 32)
except mlflow.exceptions.MlflowException as error:
    refused = error.error_code
found = mlflow.search_runs(experiment_names=["older"], filter_string="metrics.loss < 0.5")
print(json.dumps({
    "version": mlflow.__version__.split(".")[0],
    "refused": refused,
    "files": [one.path for one in client.list_artifacts(run.info.run_id, "notes")],
    "text": mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/a b.txt"),
    "found": found[["params.lr", "metrics.loss", "tags.k"]].values.tolist(),
    "history": len(client.get_metric_history(run.info.run_id, "loss")),
    "best": client.get_model_version_by_alias("older net", "best").current_stage,
    "experiments": [one.name for one in client.search_experiments(filter_string="name = 'older'")],
}))
"""


@pytest.mark.large
@pytest.mark.parametrize("way", ["address", "plugin"])
def test_it_records_here_too(ours: Server, tmp_path: Path, way: str) -> None:
    uri = ours.uri if way == "address" else "lightflow:"
    told = program(tmp_path, MLFLOW_TRACKING_URI=uri, MLFLOW_TRACKING_TOKEN=ours.token or "")
    assert told == {
        "version": "2",
        "refused": "RESOURCE_DOES_NOT_EXIST",
        "files": ["notes/a b.txt"],
        "text": "hello",
        "found": [["0.1", 0.2, "v"]],
        "history": 5,
        "best": "Production",
        "experiments": ["older"],
    }


def program(folder: Path, **environment: str) -> Any:
    done = subprocess.run(
        [OLDER_PYTHON, "-c", PROGRAM],
        cwd=folder,
        env={**os.environ, "LIGHTFLOW_STATE_DIR": str(folder / "state"), **environment},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])
