"""Every address of MLflow's protocol that is served, and who answers it."""

from __future__ import annotations

from lightflow_jlab.mlflow_protocol import (
    experiments,
    inputs,
    logged_models,
    metrics,
    model_requests,
    model_versions,
    registered_models,
    requests,
    run_artifacts,
    runs,
)
from lightflow_jlab.mlflow_protocol.endpoint import Endpoint

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
        Endpoint(
            "GET", "artifacts/list", r.RunArtifacts, run_artifacts.list_of_run, ARTIFACTS, "read"
        ),
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


def _of_logged_models() -> list[Endpoint]:
    r, m, one = model_requests, logged_models, "logged-models/{model_id}"
    return [
        Endpoint("POST", "logged-models", r.CreateLoggedModel, m.create, MODELS),
        Endpoint("POST", "logged-models/search", r.SearchLoggedModels, m.search, MODELS, "read"),
        Endpoint("GET", one, requests.ModelId, m.get, MODELS, "read"),
        Endpoint("PATCH", one, r.FinalizeLoggedModel, m.finalize, MODELS),
        Endpoint("DELETE", one, requests.ModelId, m.delete, MODELS),
        Endpoint("PATCH", f"{one}/tags", r.LoggedModelTags, m.set_tags, MODELS),
        Endpoint("DELETE", one + "/tags/{tag_key}", r.LoggedModelTagKey, m.delete_tag, MODELS),
        Endpoint("POST", f"{one}/params", r.LoggedModelParams, m.log_params, MODELS),
    ]


def _of_registry() -> list[Endpoint]:
    r, g, v = model_requests, registered_models, model_versions
    models, versions = "registered-models", "model-versions"
    return [
        Endpoint("POST", f"{models}/create", r.CreateModel, g.create_model, MODELS),
        Endpoint("POST", f"{models}/rename", r.RenameModel, g.rename_model, MODELS),
        Endpoint("PATCH", f"{models}/update", r.UpdateModel, g.update_model, MODELS),
        Endpoint("DELETE", f"{models}/delete", r.ModelName, g.delete_model, MODELS),
        Endpoint("GET", f"{models}/get", r.ModelName, g.get_model, MODELS, "read"),
        Endpoint("GET", f"{models}/search", r.SearchModels, g.search_models, MODELS, "read"),
        Endpoint(
            "POST",
            f"{models}/get-latest-versions",
            r.LatestVersions,
            v.latest_versions,
            MODELS,
            "read",
        ),
        Endpoint(
            "GET",
            f"{models}/get-latest-versions",
            r.LatestVersions,
            v.latest_versions,
            MODELS,
            "read",
        ),
        Endpoint("POST", f"{models}/set-tag", r.ModelTag, g.set_model_tag, MODELS),
        Endpoint("DELETE", f"{models}/delete-tag", r.ModelTagKey, g.delete_model_tag, MODELS),
        Endpoint("POST", f"{models}/alias", r.SetModelAlias, g.set_alias, MODELS),
        Endpoint("DELETE", f"{models}/alias", r.ModelAlias, g.delete_alias, MODELS),
        Endpoint("GET", f"{models}/alias", r.ModelAlias, g.get_by_alias, MODELS, "read"),
        Endpoint("POST", f"{versions}/create", r.CreateVersion, v.create_version, MODELS),
        Endpoint("PATCH", f"{versions}/update", r.UpdateVersion, v.update_version, MODELS),
        Endpoint(
            "POST", f"{versions}/transition-stage", r.TransitionStage, v.transition_stage, MODELS
        ),
        Endpoint("DELETE", f"{versions}/delete", r.OfVersion, v.delete_version, MODELS),
        Endpoint("GET", f"{versions}/get", r.OfVersion, v.get_version, MODELS, "read"),
        Endpoint("GET", f"{versions}/search", r.SearchModels, v.search_versions, MODELS, "read"),
        Endpoint(
            "GET", f"{versions}/get-download-uri", r.OfVersion, v.download_uri, MODELS, "read"
        ),
        Endpoint("POST", f"{versions}/set-tag", r.VersionTag, v.set_version_tag, MODELS),
        Endpoint("DELETE", f"{versions}/delete-tag", r.VersionTagKey, v.delete_version_tag, MODELS),
    ]


ENDPOINTS = [*_of_experiments(), *_of_runs(), *_of_logged_models(), *_of_registry()]
