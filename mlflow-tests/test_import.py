"""What MLflow recorded comes into the store whole, from its file, its folder and its server."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import mlflow
import pytest
from conftest import OUR_PYTHON, Server
from mlflow.data.pandas_dataset import from_pandas
from mlflow.tracking import MlflowClient
from pandas import DataFrame

READ = """
import json, sys, msgspec
from pathlib import Path
from lightflow_jlab.store import RunQuery, Store
store = Store.open(Path(sys.argv[1]))
found = []
for run in store.runs(RunQuery(view="all", order_by=["run_name"])).runs:
    one = msgspec.to_builtins(run)
    one["histories"] = {
        metric.key: [column.tolist() for column in store.history(run.run_id, metric.key)]
        for metric in run.metrics
    }
    one["experiment"] = store.experiment(run.experiment_id).name
    folder = store.folder / "artifacts" / run.run_id[:2] / run.run_id
    one["files"] = {
        file.path: (folder / file.path).read_text()
        for file in store.artifacts(run.run_id, "notes")
        if not file.is_dir
    }
    found.append(one)
print(json.dumps(found))
"""


def our_python(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [OUR_PYTHON, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def imported(source: str, folder: Path, *more: str) -> tuple[str, Any]:
    """Import into a store; return what was said, and all the store's runs by name."""
    said = our_python("-m", "lightflow_jlab", "import", source, "--store", str(folder), *more)
    return said, json.loads(our_python("-c", READ, str(folder / ".lightflow")))


def record(uri: str, experiment: str) -> None:
    """Record what is hard to carry: NaN, many steps, deleted runs, notes, datasets, files."""
    mlflow.set_tracking_uri(uri)
    client = MlflowClient(uri)
    mlflow.set_experiment(experiment)
    with mlflow.start_run(run_name="a parent", description="# Note") as parent:
        mlflow.log_params({"lr": 0.1, "net": "mlp"})
        for step in (2, 0, 1):
            mlflow.log_metric("loss", step * 0.5, step=step)
        mlflow.log_metric("bad", float("nan"))
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_input(from_pandas(DataFrame({"x": [1]}), name="digits"), context="training")
        with mlflow.start_run(run_name="b child", nested=True):
            mlflow.set_tag("team", "vision")
    gone = client.create_run(parent.info.experiment_id, run_name="c gone")
    client.set_terminated(gone.info.run_id, "FAILED")
    client.delete_run(gone.info.run_id)
    mlflow.set_tracking_uri(None)


@pytest.fixture(scope="module")
def sources(theirs: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    assert theirs.folder is not None
    record(theirs.uri, "imported")
    folder = tmp_path_factory.mktemp("mlruns")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        record(folder.as_uri(), "imported")
    return {
        "sqlite": str(theirs.folder / "mlflow.db"),
        "server": theirs.uri,
        "mlruns": str(folder),
    }


@pytest.mark.parametrize("kind", ["sqlite", "server", "mlruns"])
def test_a_store_comes_in_whole_and_once(sources: Any, tmp_path: Path, kind: str) -> None:
    more = ["--artifacts", str(Path(sources["sqlite"]).parent / "artifacts")]
    said, found = imported(sources[kind], tmp_path, *(more if kind == "sqlite" else []))
    parent, child, gone = (run for run in found if run["experiment"] == "imported")
    assert (parent["run_name"], parent["status"], parent["note"]) == (
        "a parent",
        "FINISHED",
        "# Note",
    )
    assert {one["key"]: one["value"] for one in parent["params"]} == {"lr": 0.1, "net": "mlp"}
    steps, values, _ = parent["histories"]["loss"]
    assert (steps, values) == ([0, 1, 2], [0.0, 0.5, 1.0])
    assert str(parent["histories"]["bad"][1]) == "[nan]"
    assert parent["files"]["notes/hello.txt"] == "hello"
    assert child["parent_run_id"] == parent["run_id"]
    assert child["tags"]["team"] == "vision"
    assert (gone["status"], gone["lifecycle_stage"]) == ("FAILED", "deleted")
    assert f"{len(found)} new, 0 known" in said

    said, again = imported(sources[kind], tmp_path, *(more if kind == "sqlite" else []))
    assert f"0 new, {len(found)} known" in said
    forgotten = ("seq",)
    assert str([{k: v for k, v in one.items() if k not in forgotten} for one in again]) == str(
        [{k: v for k, v in one.items() if k not in forgotten} for one in found]
    )
