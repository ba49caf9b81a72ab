"""Addresses of artifacts as MLflow's clients are given them. Where the files are is not told."""

from __future__ import annotations

ROOT = "mlflow-artifacts:/"


def experiment_location(experiment_id: int | str) -> str:
    return f"{ROOT}{experiment_id}"


def run_location(experiment_id: int | str, run_id: str) -> str:
    return f"{ROOT}{experiment_id}/{run_id}/artifacts"


def model_location(experiment_id: int | str, model_id: str) -> str:
    return f"{ROOT}{experiment_id}/models/{model_id}/artifacts"
