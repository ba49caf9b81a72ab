"""Every address of MLflow's protocol that is served, and who answers it."""

from __future__ import annotations

from lightflow_jlab.server.mlflow import experiments, inputs, metrics, requests, runs
from lightflow_jlab.server.mlflow.handler import Endpoint

EXPERIMENTS = "lightflow:experiments"
RUNS = "lightflow:runs"
ARTIFACTS = "lightflow:artifacts"
MODELS = "lightflow:models"


def _of_experiments() -> list[Endpoint]:
    r, e, where = requests, experiments, "experiments"
    return [
        Endpoint("POST", f"{where}/create", r.CreateExperiment, e.create, EXPERIMENTS),
        Endpoint("GET", f"{where}/get", r.ExperimentId, e.get, EXPERIMENTS, "read"),
        Endpoint(
            "GET", f"{where}/get-by-name", r.ExperimentName, e.get_by_name, EXPERIMENTS, "read"
        ),
        Endpoint("POST", f"{where}/search", r.SearchExperiments, e.search, EXPERIMENTS, "read"),
        Endpoint("GET", f"{where}/search", r.SearchExperiments, e.search, EXPERIMENTS, "read"),
        Endpoint("POST", f"{where}/update", r.UpdateExperiment, e.rename, EXPERIMENTS),
        Endpoint("POST", f"{where}/delete", r.ExperimentId, e.delete, EXPERIMENTS),
        Endpoint("POST", f"{where}/restore", r.ExperimentId, e.restore, EXPERIMENTS),
        Endpoint("POST", f"{where}/set-experiment-tag", r.ExperimentTag, e.set_tag, EXPERIMENTS),
        Endpoint(
            "POST", f"{where}/delete-experiment-tag", r.ExperimentTagKey, e.delete_tag, EXPERIMENTS
        ),
        Endpoint(
            "POST",
            f"{where}/search-datasets",
            r.SearchDatasets,
            inputs.search_datasets,
            EXPERIMENTS,
            "read",
        ),
    ]


def _of_runs() -> list[Endpoint]:
    r = requests
    return [
        Endpoint("POST", "runs/create", r.CreateRun, runs.create, RUNS),
        Endpoint("GET", "runs/get", r.OfRun, runs.get, RUNS, "read"),
        Endpoint("POST", "runs/search", r.SearchRuns, runs.search, RUNS, "read"),
        Endpoint("POST", "runs/update", r.UpdateRun, runs.update, RUNS),
        Endpoint("POST", "runs/delete", r.OfRun, runs.delete, RUNS),
        Endpoint("POST", "runs/restore", r.OfRun, runs.restore, RUNS),
        Endpoint("POST", "runs/log-metric", r.LogMetric, metrics.log, RUNS),
        Endpoint("POST", "runs/log-parameter", r.LogParam, runs.log_param, RUNS),
        Endpoint("POST", "runs/log-batch", r.LogBatch, metrics.log_batch, RUNS),
        Endpoint("POST", "runs/set-tag", r.LogParam, runs.set_tag, RUNS),
        Endpoint("POST", "runs/delete-tag", r.RunTagKey, runs.delete_tag, RUNS),
        Endpoint("POST", "runs/log-model", r.LogModel, runs.log_model, RUNS),
        Endpoint("POST", "runs/log-inputs", r.LogInputs, inputs.log_inputs, RUNS),
        Endpoint("POST", "runs/outputs", r.LogOutputs, inputs.log_outputs, RUNS),
        Endpoint("GET", "metrics/get-history", r.MetricHistory, metrics.history, RUNS, "read"),
        Endpoint(
            "GET",
            "metrics/get-history-bulk",
            r.MetricHistoryBulk,
            metrics.history_bulk,
            RUNS,
            "read",
        ),
        Endpoint(
            "GET",
            "metrics/get-history-bulk-interval",
            r.MetricHistoryInterval,
            metrics.history_interval,
            RUNS,
            "read",
        ),
    ]


ENDPOINTS = [*_of_experiments(), *_of_runs()]
