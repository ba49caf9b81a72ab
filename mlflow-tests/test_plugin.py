"""`mlflow.set_tracking_uri("lightflow:")`: the local store, with a server on it and without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Server

STORY = """
import json, os, sys, mlflow
from mlflow import MlflowClient
mlflow.get_tracking_uri()
loaded = sorted(one for one in sys.modules if one.startswith("lightflow_jlab.mlflow_p"))
mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("plugged")
client = MlflowClient()
with mlflow.start_run(run_name="one") as run:
    mlflow.log_params({"lr": 0.1, "net": "mlp"})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_text("hello", "notes/hello.txt")
    model = mlflow.initialize_logged_model(name="net", params={"depth": "3"})
    os.makedirs("files")
    with open("files/MLmodel", "w") as file:
        file.write("flavors: {}")
    client.log_model_artifacts(model.model_id, "files")
    mlflow.finalize_logged_model(model.model_id, "READY")
run_id = run.info.run_id
client.create_registered_model("plugged net")
for source, model_id in ((f"models:/{model.model_id}", model.model_id),
                         (f"{run.info.artifact_uri}/notes", None)):
    made = client.create_model_version("plugged net", source, run_id, model_id=model_id)
client.set_registered_model_alias("plugged net", "champion", "1")
try:
    client.get_run("0" * 32)
except mlflow.exceptions.MlflowException as error:
    refused = error.error_code
found = mlflow.search_runs(experiment_names=["plugged"], filter_string="metrics.loss < 0.5")
print(json.dumps({
    "loaded": loaded,
    "run_id": run_id,
    "refused": refused,
    "files": [one.path for one in client.list_artifacts(run_id, "notes")],
    "text": mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt"),
    "model": os.path.isfile(
        os.path.join(mlflow.artifacts.download_artifacts("models:/plugged net@champion"), "MLmodel")
    ),
    "second": client.get_model_version_download_uri("plugged net", "2"),
    "found": found[["run_id", "metrics.loss"]].values.tolist(),
    "history": [one.value for one in client.get_metric_history(run_id, "loss")],
}))
"""


def program(code: str, folder: Path, *arguments: str) -> str:
    """Run a program in a folder, and return the last line that it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "LIGHTFLOW_STATE_DIR": str(folder / "state")},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a working folder that no store is above of."""
    return tmp_path


def check(told: Any, store: Path) -> None:
    run_id = told["run_id"]
    # Before it is asked for, MLflow loads only what says for which addresses it is.
    assert told["loaded"] == [f"lightflow_jlab.mlflow_plugin{one}" for one in ("", ".entry_points")]
    assert told["refused"] == "RESOURCE_DOES_NOT_EXIST"
    assert (told["files"], told["text"], told["model"]) == (["notes/hello.txt"], "hello", True)
    assert told["second"].startswith(f"lightflow://{store}/")
    assert told["second"].endswith(f"/{run_id}/artifacts/notes")
    assert told["found"] == [[run_id, 0.2]]
    assert told["history"] == [1 / (step + 1) for step in range(5)]
    assert (store / "artifacts" / run_id[:2] / run_id / "notes" / "hello.txt").is_file()


def test_without_a_server_the_nearest_store_is_meant(elsewhere: Path) -> None:
    inner = elsewhere / "work"
    (elsewhere / ".lightflow").mkdir()
    inner.mkdir()
    check(json.loads(program(STORY, inner, "lightflow:")), elsewhere / ".lightflow")


def test_with_a_server_on_the_store_all_is_seen_there(ours: Server, elsewhere: Path) -> None:
    assert ours.folder is not None
    told = json.loads(program(STORY, elsewhere, f"lightflow:{ours.folder}"))
    check(told, ours.folder / ".lightflow")
    run = ours.sidebar(f"runs/{told['run_id']}")["run"]
    assert (run["run_name"], run["status"]) == ("one", "FINISHED")
    assert {one["key"]: one["value"] for one in run["params"]} == {"lr": 0.1, "net": "mlp"}
    assert run["metrics"][0]["count"] == 5
    listed = ours.get("artifacts/list", run_id=told["run_id"], path="notes")["files"]
    assert [one["path"] for one in listed] == ["notes/hello.txt"]
    versions = ours.get("model-versions/search", filter="name = 'plugged net'")["model_versions"]
    assert [one["version"] for one in versions] == ["2", "1"]
