"""What an MLflow client records that is hard to carry, and programs that carry it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
from conftest import NOWHERE, OUR_PYTHON
from mlflow.data.pandas_dataset import from_pandas
from mlflow.entities import LoggedModelInput, LoggedModelOutput, RunInfo
from mlflow.tracking import MlflowClient
from pandas import DataFrame

PROGRAM = Path(__file__).with_name("store_program.py")


def in_turn(*steps: tuple[str, Any], **environment: str) -> list[Any]:
    """Run steps of `store_program.py` in one process; return what each answered."""
    done = subprocess.run(
        [OUR_PYTHON, str(PROGRAM), json.dumps(steps)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return list(json.loads(done.stdout))


def without(value: Any, *names: str) -> Any:
    """Return a value as text, without what each import says anew."""
    if isinstance(value, dict):
        return {key: without(one, *names) for key, one in value.items() if key not in names}
    if isinstance(value, list):
        return [without(one, *names) for one in value]
    return str(value)


@contextlib.contextmanager
def recorder(uri: str) -> Iterator[MlflowClient]:
    """Return a client of a store that is meant wherever none is named, meanwhile."""
    mlflow.set_tracking_uri(uri)
    try:
        yield MlflowClient(uri)
    finally:
        mlflow.set_tracking_uri(NOWHERE)


def record(client: MlflowClient, experiment: str) -> None:
    """Record what is hard to carry: NaN, many steps, deleted runs, notes, datasets, files."""
    mlflow.set_experiment(experiment)
    with mlflow.start_run(run_name="a parent", description="# Note") as parent:
        mlflow.log_params({"lr": 0.1, "net": "mlp"})
        for step in (2, 0, 1):
            mlflow.log_metric("loss", step * 0.5, step=step)
        mlflow.log_metric("bad", float("nan"))
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_input(from_pandas(DataFrame({"x": [1]}), name="digits"), context="training")
        record_models(client, parent.info, experiment)
        with mlflow.start_run(run_name="b child", nested=True):
            mlflow.set_tag("team", "vision")
    mlflow.set_experiment_tag("area", "digits")
    client.delete_experiment(client.create_experiment(f"{experiment} and deleted"))
    gone = client.create_run(parent.info.experiment_id, run_name="c gone")
    client.set_terminated(gone.info.run_id, "FAILED")
    client.delete_run(gone.info.run_id)


def record_models(client: MlflowClient, run: RunInfo, experiment: str) -> None:
    name = f"net of {experiment}"
    tags = {"kind": "good"}
    model = client.create_logged_model(
        run.experiment_id, "net", run.run_id, tags, {"depth": "3"}, "classifier"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "MLmodel").write_text("flavors: {}")
        client.log_model_artifacts(model.model_id, folder)
    client.finalize_logged_model(model.model_id, "READY")
    client.log_metric(run.run_id, "acc", 0.5, step=2, timestamp=7, model_id=model.model_id)
    client.log_outputs(run.run_id, [LoggedModelOutput(model.model_id, 3)])
    client.log_inputs(run.run_id, models=[LoggedModelInput(model.model_id)])
    client.create_registered_model(name, {"team": "vision"}, "# A net")
    made = client.create_model_version(
        name,
        f"models:/{model.model_id}",
        run.run_id,
        {"k": "v"},
        description="first",
        model_id=model.model_id,
    )
    client.create_model_version(name, f"{run.artifact_uri}/notes", run.run_id)
    client.set_registered_model_alias(name, "champion", made.version)
    client.transition_model_version_stage(name, made.version, "Production")
