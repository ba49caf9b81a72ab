"""What MLflow recorded comes into the store whole, from its file, its folder and its server."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest
from conftest import OUR_PYTHON, mlflow_server
from mlflow.data.pandas_dataset import from_pandas
from mlflow.entities import LoggedModelInput, LoggedModelOutput, RunInfo
from mlflow.tracking import MlflowClient
from pandas import DataFrame

READ = """
import json, sys, msgspec
from pathlib import Path
from sqlalchemy import select, true
from lightflow_jlab.store import (
    RunQuery, Store, logged_models, model_schema, model_versions, registered_models, run_inputs
)
store = Store.open(Path(sys.argv[1]))
EXPERIMENTS = [one.experiment_id for one in store.experiments("all")]
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


def models(connection):
    logged = connection.execute(
        select(model_schema.logged_models).order_by(model_schema.logged_models.c.name)
    ).mappings().all()
    named = []
    for model in registered_models.find_models(connection, true()):
        versions = model_versions.find_versions(
            connection, model_schema.model_versions.c.name == model.row["name"]
        )
        named.append(
            {
                **model.row,
                "tags": model.tags,
                "aliases": model.aliases,
                "versions": [{**one.row, "tags": one.tags} for one in versions],
            }
        )
    return {
        "logged": [
            {**one.row, "params": one.params, "tags": one.tags, "points": one.points}
            for one in logged_models.assemble(connection, logged)
        ],
        "registered": named,
        "datasets": [
            [use.name, use.context] for use in run_inputs.used_datasets(connection, EXPERIMENTS)
        ],
        "ins_and_outs": [
            list(row[1:]) for row in connection.execute(select(model_schema.run_models))
        ],
    }


files = {
    file.relative_to(store.folder / "models").as_posix().split("/", 2)[2]: file.read_text()
    for file in (store.folder / "models").rglob("*")
    if file.is_file()
}
experiments = {
    one.name: [one.lifecycle_stage, one.tags, one.description] for one in store.experiments("all")
}
runs = found
print(json.dumps(dict(runs=runs, files=files, experiments=experiments, **store.ask(models))))
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
    """Import into a store; return what was said, and what the store then holds."""
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
        record_models(client, parent.info)
        with mlflow.start_run(run_name="b child", nested=True):
            mlflow.set_tag("team", "vision")
    mlflow.set_experiment_tag("area", "digits")
    client.delete_experiment(client.create_experiment(f"{experiment} and deleted"))
    gone = client.create_run(parent.info.experiment_id, run_name="c gone")
    client.set_terminated(gone.info.run_id, "FAILED")
    client.delete_run(gone.info.run_id)
    mlflow.set_tracking_uri(None)


def record_models(client: MlflowClient, run: RunInfo) -> None:
    name = f"net of {run.experiment_id}"
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
    client.register_prompt("greet", "Hello {{name}}")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Stores of MLflow's that hold nothing else: what an import takes in is all that is there."""
    folder, runs = tmp_path_factory.mktemp("imported"), tmp_path_factory.mktemp("mlruns")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        record(runs.as_uri(), "imported")
    with mlflow_server(folder) as starting:
        server = starting.ready()
        record(server.uri, "imported")
        yield {"sqlite": str(folder / "mlflow.db"), "server": server.uri, "mlruns": str(runs)}


@pytest.mark.parametrize("kind", ["sqlite", "server", "mlruns"])
def test_a_store_comes_in_whole_and_once(sources: Any, tmp_path: Path, kind: str) -> None:
    more = ["--artifacts", str(Path(sources["sqlite"]).parent / "artifacts")]
    said, found = imported(sources[kind], tmp_path, *(more if kind == "sqlite" else []))
    runs = found["runs"]
    parent, child, gone = (run for run in runs if run["experiment"] == "imported")
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
    assert found["datasets"] == [["digits", "training"]]
    assert child["parent_run_id"] == parent["run_id"]
    assert child["tags"]["team"] == "vision"
    assert (gone["status"], gone["lifecycle_stage"]) == ("FAILED", "deleted")
    assert found["experiments"]["imported"][:2] == ["active", {"area": "digits"}]
    assert found["experiments"]["imported and deleted"][0] == "deleted"
    models_are_whole(found, parent)
    assert f"{len(runs)} new, 0 known" in said
    assert "1 logged models: 1 new" in said
    if kind != "server":
        assert "1 prompts" in said or kind == "mlruns"

    said, again = imported(sources[kind], tmp_path, *(more if kind == "sqlite" else []))
    assert f"0 new, {len(runs)} known" in said
    assert without(again, "seq", "last_update_time") == without(found, "seq", "last_update_time")


def models_are_whole(found: Any, run: Any) -> None:
    (logged,), registered = found["logged"], found["registered"]
    assert (logged["name"], logged["model_type"], logged["status"]) == (
        "net",
        "classifier",
        "READY",
    )
    assert (logged["params"], logged["tags"]["kind"]) == ({"depth": "3"}, "good")
    assert [point[1:5] for point in logged["points"]] == [["acc", 0.5, 7, 2]]
    assert logged["source_run_id"] == run["run_id"]
    assert found["files"] == {"MLmodel": "flavors: {}"}
    model_id = logged["model_id"]
    assert sorted(found["ins_and_outs"]) == [["input", model_id, 0], ["output", model_id, 3]]
    (model,) = registered
    assert (model["description"], model["tags"]) == ("# A net", {"team": "vision"})
    assert (model["aliases"], model["next_version"]) == ({"champion": 1}, 3)
    second, first = model["versions"]
    assert (first["stage"], first["description"], first["tags"]) == (
        "Production",
        "first",
        {"k": "v"},
    )
    assert (first["run_id"], first["model_id"]) == (run["run_id"], model_id)
    assert first["location"].endswith(f"/models/{model_id}/artifacts")
    assert second["location"].endswith(f"/{run['run_id']}/artifacts/notes")
    assert all(one["location"].startswith("mlflow-artifacts:/") for one in (first, second))


def without(value: Any, *names: str) -> Any:
    """Return a value as text, without what each import says anew."""
    if isinstance(value, dict):
        return {key: without(one, *names) for key, one in value.items() if key not in names}
    if isinstance(value, list):
        return [without(one, *names) for one in value]
    return str(value)


def test_files_can_be_shared_with_the_source(sources: Any, tmp_path: Path) -> None:
    imported(sources["mlruns"], tmp_path, "--link")
    theirs = next(Path(sources["mlruns"]).rglob("hello.txt"))
    ours = next((tmp_path / ".lightflow").rglob("hello.txt"))
    assert ours.samefile(theirs)
