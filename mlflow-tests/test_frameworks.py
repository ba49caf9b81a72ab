"""Frameworks that log to MLflow log here: two variables are set, and no line of theirs changes."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from conftest import Server

SECONDS = 200


@pytest.fixture
def script(ours: Server, tmp_path: Path) -> Any:
    """Return a function that runs a program as a user would, and gives back what it printed."""

    def run(code: str) -> Any:
        file = tmp_path / "train.py"
        file.write_text(textwrap.dedent(code))
        environment = {
            "PATH": str(Path(sys.executable).parent) + ":/usr/bin:/bin",
            "HOME": str(tmp_path),
            "MLFLOW_TRACKING_URI": ours.uri,
            "MLFLOW_TRACKING_TOKEN": ours.token or "",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
        }
        done = subprocess.run(
            [sys.executable, str(file)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    return run


def runs_of(server: Server, experiment: str) -> list[Any]:
    """Return the runs of an experiment as the sidebar's own API shows them, oldest first."""
    found = server.sidebar("experiments")["experiments"]
    number = next(one["experiment_id"] for one in found if one["name"] == experiment)
    return server.sidebar("runs", experiment_id=number)["runs"][::-1]


def metric(run: Any, key: str) -> Any:
    return next(one for one in run["metrics"] if one["key"] == key)


def params(run: Any) -> dict[str, Any]:
    return {one["key"]: one["value"] for one in run["params"]}


def test_scikit_learn_autolog(ours: Server, script: Any) -> None:
    answer = script(
        """
        import json, mlflow, mlflow.sklearn
        from sklearn.datasets import load_iris
        from sklearn.linear_model import LogisticRegression
        mlflow.set_experiment("sklearn")
        mlflow.sklearn.autolog()
        data, target = load_iris(return_X_y=True)
        with mlflow.start_run(run_name="iris") as run:
            model = LogisticRegression(max_iter=300, C=0.5).fit(data, target)
        loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
        print(json.dumps([run.info.run_id, loaded.predict(data[:3]).tolist()]))
        """
    )
    run = runs_of(ours, "sklearn")[0]
    assert (run["run_id"], run["run_name"], run["status"]) == (answer[0], "iris", "FINISHED")
    assert (params(run)["C"], params(run)["max_iter"]) == (0.5, 300)
    assert metric(run, "training_accuracy_score")["last"] > 0.9
    assert run["source_name"].endswith("train.py")
    assert answer[1] == [0, 0, 0]
    model = ours.post("logged-models/search", experiment_ids=[run["experiment_id"]])["models"][0]
    assert model["info"]["status"] == "LOGGED_MODEL_READY"


def test_xgboost_autolog(ours: Server, script: Any) -> None:
    script(
        """
        import json, mlflow, numpy, xgboost
        mlflow.set_experiment("xgboost")
        mlflow.xgboost.autolog(log_models=False)
        data = numpy.random.default_rng(0).random((60, 3))
        matrix = xgboost.DMatrix(data, label=data[:, 0] > 0.5)
        parameters = {"objective": "binary:logistic", "max_depth": 2}
        xgboost.train(parameters, matrix, num_boost_round=5, evals=[(matrix, "train")])
        print(json.dumps(None))
        """
    )
    run = runs_of(ours, "xgboost")[0]
    assert (run["status"], params(run)["max_depth"]) == ("FINISHED", 2)
    assert metric(run, "train-logloss")["count"] >= 5
    files = ours.get("artifacts/list", run_id=run["run_id"])["files"]
    assert "feature_importance_weight.json" in [one["path"] for one in files]


def test_each_trial_of_an_optuna_study_is_a_child(ours: Server, script: Any) -> None:
    script(
        """
        import json, mlflow, optuna
        mlflow.set_experiment("optuna")
        def objective(trial):
            with mlflow.start_run(nested=True):
                x = trial.suggest_float("x", -1, 1)
                mlflow.log_param("x", x)
                mlflow.log_metric("loss", x * x)
            return x * x
        with mlflow.start_run(run_name="sweep"):
            study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
            study.optimize(objective, n_trials=3)
            mlflow.log_metric("best", study.best_value)
        print(json.dumps(None))
        """
    )
    parent, *children = sorted(runs_of(ours, "optuna"), key=lambda run: run["parent_run_id"] or "")
    assert [child["parent_run_id"] for child in children] == [parent["run_id"]] * 3
    assert metric(parent, "best")["last"] == min(metric(one, "loss")["last"] for one in children)


def test_optunas_callback(ours: Server, script: Any) -> None:
    script(
        """
        import json, os, optuna
        from optuna_integration.mlflow import MLflowCallback
        logged = MLflowCallback(
            tracking_uri=os.environ["MLFLOW_TRACKING_URI"], metric_name="loss"
        )
        study = optuna.create_study(
            study_name="callback", sampler=optuna.samplers.RandomSampler(seed=1)
        )
        study.optimize(lambda trial: trial.suggest_float("x", -1, 1) ** 2, 3, callbacks=[logged])
        print(json.dumps(None))
        """
    )
    trials = runs_of(ours, "callback")
    assert [run["run_name"] for run in trials] == ["0", "1", "2"]
    for run in trials:
        assert metric(run, "loss")["last"] == params(run)["x"] ** 2
        assert run["tags"]["direction"] == "MINIMIZE"


@pytest.mark.large
def test_lightnings_logger(ours: Server, script: Any) -> None:
    script(
        """
        import json, os, torch, lightning
        from lightning.pytorch.loggers import MLFlowLogger
        class Line(lightning.LightningModule):
            def __init__(self, rate):
                super().__init__()
                self.save_hyperparameters()
                self.layer = torch.nn.Linear(1, 1)
            def training_step(self, batch, number):
                x, y = batch
                loss = ((self.layer(x) - y) ** 2).mean()
                self.log("train/loss", loss, on_step=True)
                return loss
            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)
        x = torch.linspace(-1, 1, 64).unsqueeze(1)
        data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, 2 * x), batch_size=8)
        logger = MLFlowLogger(
            "lightning", run_name="line", tracking_uri=os.environ["MLFLOW_TRACKING_URI"],
            log_model=True,
        )
        trainer = lightning.Trainer(
            max_epochs=2, logger=logger, accelerator="cpu", log_every_n_steps=1,
            enable_progress_bar=False, enable_model_summary=False,
        )
        trainer.fit(Line(0.1), data)
        print(json.dumps(None))
        """
    )
    run = runs_of(ours, "lightning")[0]
    assert (run["run_name"], run["status"], params(run)["rate"]) == ("line", "FINISHED", 0.1)
    loss = metric(run, "train/loss")
    assert (loss["count"], loss["last_step"]) == (16, 15)
    files = ours.sidebar(f"runs/{run['run_id']}/artifacts", files="all")["artifacts"]
    assert any(one["path"].endswith(".ckpt") for one in files)


@pytest.mark.large
def test_transformers_trainer(ours: Server, script: Any) -> None:
    script(
        """
        import json, os, torch
        os.environ["MLFLOW_EXPERIMENT_NAME"] = "transformers"
        os.environ["HF_HUB_OFFLINE"] = "1"
        from transformers import BertConfig, BertForSequenceClassification
        from transformers import Trainer, TrainingArguments
        small = BertConfig(
            vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=8, max_position_embeddings=8,
        )
        words = torch.randint(0, 20, (32, 4), generator=torch.Generator().manual_seed(0))
        data = [{"input_ids": row, "labels": row[0] % 2} for row in words]
        asked = TrainingArguments(
            "out", run_name="bert", num_train_epochs=2, per_device_train_batch_size=8,
            logging_steps=1, report_to="mlflow", use_cpu=True, save_strategy="no",
            disable_tqdm=True,
        )
        Trainer(BertForSequenceClassification(small), asked, train_dataset=data).train()
        import mlflow
        mlflow.end_run()
        print(json.dumps(None))
        """
    )
    run = runs_of(ours, "transformers")[0]
    assert (run["run_name"], run["status"]) == ("bert", "FINISHED")
    assert (params(run)["num_train_epochs"], params(run)["hidden_size"]) == (2, 8)
    loss = metric(run, "loss")
    assert (loss["count"], loss["last_step"]) == (8, 8)


def test_the_fluent_api_with_files_tables_and_figures(ours: Server, script: Any) -> None:
    answer = script(
        """
        import json, pathlib, mlflow
        mlflow.set_experiment("fluent")
        with mlflow.start_run() as run:
            mlflow.log_text("hello", "notes/hello.txt")
            mlflow.log_dict({"a": 1}, "config.json")
            mlflow.log_table({"x": [1, 2]}, "table.json")
            pathlib.Path("data.bin").write_bytes(b"x" * 3_000_000)
            mlflow.log_artifact("data.bin", "raw")
            pathlib.Path("empty.txt").touch()
            mlflow.log_artifact("empty.txt")
            mlflow.set_tag("mlflow.note.content", "# Notes")
            for step in range(20):
                mlflow.log_metrics({"a": step, "b": -step}, step=step)
        with mlflow.start_run(run_id=run.info.run_id):
            mlflow.log_metric("again", 1)
        where = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="raw")
        size = (pathlib.Path(where) / "data.bin").stat().st_size
        found = mlflow.search_runs(experiment_names=["fluent"], filter_string="metrics.a > 10")
        history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "b")
        print(json.dumps([
            mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes/hello.txt"),
            size,
            found["metrics.b"].tolist(),
            len(history),
            mlflow.load_table("table.json")["x"].tolist(),
        ]))
        """
    )
    assert answer == ["hello", 3_000_000, [-19.0], 20, [1, 2]]
    run = runs_of(ours, "fluent")[0]
    assert (run["note"], run["status"], metric(run, "again")["last"]) == ("# Notes", "FINISHED", 1)


def test_a_wrong_token_is_told_in_words(ours: Server) -> None:
    stranger = Server(ours.uri, "wrong")
    status, answer = stranger.call("POST", "experiments/create", {"name": "never"})
    assert (status, answer["error_code"]) == (401, "UNAUTHENTICATED")
