"""What MLflow's clients read. Empty fields are left out, as its own server leaves them out."""

from __future__ import annotations

import math

from msgspec import Struct

GREATEST = 1.7976931348623157e308
"""What MLflow shows for infinity, its sign kept."""

Double = float | str
"""A number, or the word NaN: a bare NaN is no JSON, and the client refuses it."""


class Message(Struct, kw_only=True, frozen=True, omit_defaults=True):
    pass


class Empty(Message, kw_only=True, frozen=True):
    pass


class KeyValue(Message, kw_only=True, frozen=True):
    key: str
    value: str


class Experiment(Message, kw_only=True, frozen=True):
    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    creation_time: int
    last_update_time: int
    workspace: str
    tags: list[KeyValue] = []


class Metric(Message, kw_only=True, frozen=True):
    key: str
    value: Double
    timestamp: int
    step: int
    run_id: str = ""
    model_id: str = ""
    dataset_name: str = ""
    dataset_digest: str = ""


class RunInfo(Message, kw_only=True, frozen=True):
    run_id: str
    run_uuid: str
    run_name: str
    experiment_id: str
    user_id: str
    status: str
    start_time: int
    artifact_uri: str
    lifecycle_stage: str
    end_time: int | None = None


class RunData(Message, kw_only=True, frozen=True):
    metrics: list[Metric] = []
    params: list[KeyValue] = []
    tags: list[KeyValue] = []


class Dataset(Message, kw_only=True, frozen=True):
    name: str
    digest: str
    source_type: str
    source: str
    schema: str = ""
    profile: str = ""


class DatasetInput(Message, kw_only=True, frozen=True):
    dataset: Dataset
    tags: list[KeyValue] = []


class ModelInput(Message, kw_only=True, frozen=True):
    model_id: str


class ModelOutput(Message, kw_only=True, frozen=True):
    model_id: str
    step: int


class RunInputs(Message, kw_only=True, frozen=True):
    dataset_inputs: list[DatasetInput] = []
    model_inputs: list[ModelInput] = []


class RunOutputs(Message, kw_only=True, frozen=True):
    model_outputs: list[ModelOutput] = []


class Run(Message, kw_only=True, frozen=True):
    info: RunInfo
    data: RunData
    inputs: RunInputs = RunInputs()
    outputs: RunOutputs = RunOutputs()


class ExperimentId(Message, kw_only=True, frozen=True):
    experiment_id: str


class OneExperiment(Message, kw_only=True, frozen=True):
    experiment: Experiment


class Experiments(Message, kw_only=True, frozen=True):
    experiments: list[Experiment] = []
    next_page_token: str = ""


class OneRun(Message, kw_only=True, frozen=True):
    run: Run


class OneRunInfo(Message, kw_only=True, frozen=True):
    run_info: RunInfo


class Runs(Message, kw_only=True, frozen=True):
    runs: list[Run] = []
    next_page_token: str = ""


class Metrics(Message, kw_only=True, frozen=True):
    metrics: list[Metric] = []
    next_page_token: str = ""


class DatasetSummary(Message, kw_only=True, frozen=True):
    experiment_id: str
    name: str
    digest: str
    context: str = ""


class DatasetSummaries(Message, kw_only=True, frozen=True):
    dataset_summaries: list[DatasetSummary] = []


class FileInfo(Message, kw_only=True, frozen=True):
    path: str
    is_dir: bool
    file_size: int | None = None


class Files(Message, kw_only=True, frozen=True):
    files: list[FileInfo] = []
    root_uri: str = ""
    next_page_token: str = ""


class LoggedModelInfo(Message, kw_only=True, frozen=True):
    model_id: str
    experiment_id: str
    name: str
    creation_timestamp_ms: int
    last_updated_timestamp_ms: int
    artifact_uri: str
    status: str
    model_type: str = ""
    source_run_id: str = ""
    status_message: str = ""
    tags: list[KeyValue] = []


class LoggedModelData(Message, kw_only=True, frozen=True):
    params: list[KeyValue] = []
    metrics: list[Metric] = []


class LoggedModel(Message, kw_only=True, frozen=True):
    info: LoggedModelInfo
    data: LoggedModelData


class OneLoggedModel(Message, kw_only=True, frozen=True):
    model: LoggedModel


class LoggedModels(Message, kw_only=True, frozen=True):
    models: list[LoggedModel] = []
    next_page_token: str = ""


class ModelVersion(Message, kw_only=True, frozen=True):
    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    current_stage: str
    source: str
    status: str
    user_id: str = ""
    description: str = ""
    run_id: str = ""
    run_link: str = ""
    tags: list[KeyValue] = []
    aliases: list[str] = []


class Alias(Message, kw_only=True, frozen=True):
    alias: str
    version: str


class RegisteredModel(Message, kw_only=True, frozen=True):
    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str = ""
    latest_versions: list[ModelVersion] = []
    tags: list[KeyValue] = []
    aliases: list[Alias] = []


class OneRegisteredModel(Message, kw_only=True, frozen=True):
    registered_model: RegisteredModel


class RegisteredModels(Message, kw_only=True, frozen=True):
    registered_models: list[RegisteredModel] = []
    next_page_token: str = ""


class OneVersion(Message, kw_only=True, frozen=True):
    model_version: ModelVersion


class Versions(Message, kw_only=True, frozen=True):
    model_versions: list[ModelVersion] = []
    next_page_token: str = ""


class ArtifactUri(Message, kw_only=True, frozen=True):
    artifact_uri: str


class ErrorMessage(Message, kw_only=True, frozen=True):
    error_code: str
    message: str


def double(value: float | None) -> Double:
    """Return a stored value as MLflow shows it; None is NaN."""
    if value is None or math.isnan(value):
        return "NaN"
    return math.copysign(GREATEST, value) if math.isinf(value) else value


def pairs(values: dict[str, str]) -> list[KeyValue]:
    return [KeyValue(key=key, value=value) for key, value in values.items()]
