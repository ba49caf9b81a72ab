"""What MLflow's clients ask. Fields that we don't know are ignored, as they must be."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Required = Annotated[str, Meta(min_length=1)]
View = Literal["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]
Long = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class Request(Struct, kw_only=True):
    pass


class KeyValue(Request, kw_only=True):
    key: Required
    value: str | None = ""


class CreateExperiment(Request, kw_only=True):
    name: Required
    artifact_location: str | None = None
    tags: list[KeyValue] | None = None


class ExperimentName(Request, kw_only=True):
    experiment_name: Required


class ExperimentId(Request, kw_only=True):
    experiment_id: Required


class UpdateExperiment(ExperimentId, kw_only=True):
    new_name: Required


class ExperimentTag(ExperimentId, kw_only=True):
    key: Required
    value: str | None = ""


class ExperimentTagKey(ExperimentId, kw_only=True):
    key: Required


class Search(Request, kw_only=True):
    filter: str | None = ""
    order_by: list[str] | None = None
    page_token: str | None = None


class SearchExperiments(Search, kw_only=True):
    max_results: Long | None = None
    view_type: View | None = "ACTIVE_ONLY"


class CreateRun(Request, kw_only=True):
    experiment_id: str | None = None
    user_id: str | None = ""
    run_name: str | None = ""
    start_time: Long | None = None
    tags: list[KeyValue] | None = None


class OfRun(Request, kw_only=True):
    """A run by the newer or the older name of its id."""

    run_id: str | None = None
    run_uuid: str | None = None


class UpdateRun(OfRun, kw_only=True):
    status: str | None = None
    end_time: Long | None = None
    run_name: str | None = None


class SearchRuns(Search, kw_only=True):
    experiment_ids: list[str] | None = None
    run_view_type: View | None = "ACTIVE_ONLY"
    max_results: Long | None = 1000


class Point(Request, kw_only=True):
    key: Required
    value: float
    timestamp: Long
    step: Long | None = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogMetric(Point, kw_only=True):
    run_id: str | None = None
    run_uuid: str | None = None


class LogParam(KeyValue, kw_only=True):
    run_id: str | None = None
    run_uuid: str | None = None


class RunTagKey(OfRun, kw_only=True):
    key: Required


class LogBatch(OfRun, kw_only=True):
    metrics: list[Point] | None = None
    params: list[KeyValue] | None = None
    tags: list[KeyValue] | None = None


class LogModel(OfRun, kw_only=True):
    model_json: Required


class MetricHistory(OfRun, kw_only=True):
    metric_key: Required
    page_token: str | None = None
    max_results: Long | None = None


class MetricHistoryBulk(Request, kw_only=True):
    run_id: list[str] | None = None
    metric_key: str | None = None
    max_results: Long | None = None


class MetricHistoryInterval(Request, kw_only=True):
    run_ids: list[str] | None = None
    metric_key: Required
    start_step: Long | None = None
    end_step: Long | None = None
    max_results: Long | None = None


class Dataset(Request, kw_only=True):
    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class DatasetInput(Request, kw_only=True):
    dataset: Dataset
    tags: list[KeyValue] | None = None


class ModelId(Request, kw_only=True):
    model_id: Required


class ModelOutput(ModelId, kw_only=True):
    step: Long | None = 0


class LogInputs(OfRun, kw_only=True):
    datasets: list[DatasetInput] | None = None
    models: list[ModelId] | None = None


class LogOutputs(OfRun, kw_only=True):
    models: list[ModelOutput]


class SearchDatasets(Request, kw_only=True):
    experiment_ids: list[str] | None = None


class RunArtifacts(OfRun, kw_only=True):
    path: str | None = ""
    page_token: str | None = None


class CreateLoggedModel(Request, kw_only=True):
    experiment_id: Required
    name: str | None = None
    model_type: str | None = None
    source_run_id: str | None = None
    params: list[KeyValue] | None = None
    tags: list[KeyValue] | None = None


class FinalizeLoggedModel(ModelId, kw_only=True):
    status: str


class LoggedModelTags(ModelId, kw_only=True):
    tags: list[KeyValue] | None = None


class LoggedModelTagKey(ModelId, kw_only=True):
    tag_key: Required


class LoggedModelParams(ModelId, kw_only=True):
    params: list[KeyValue] | None = None


class ScoredDataset(Request, kw_only=True):
    dataset_name: Required
    dataset_digest: str | None = None


class ModelOrder(Request, kw_only=True):
    field_name: Required
    ascending: bool | None = True
    dataset_name: str | None = None
    dataset_digest: str | None = None


class SearchLoggedModels(Request, kw_only=True):
    experiment_ids: list[str] | None = None
    filter: str | None = ""
    datasets: list[ScoredDataset] | None = None
    max_results: Long | None = None
    order_by: list[ModelOrder] | None = None
    page_token: str | None = None


class ModelName(Request, kw_only=True):
    name: Required


class CreateModel(ModelName, kw_only=True):
    tags: list[KeyValue] | None = None
    description: str | None = None


class RenameModel(ModelName, kw_only=True):
    new_name: str | None = None


class UpdateModel(ModelName, kw_only=True):
    description: str | None = None


class SearchModels(Search, kw_only=True):
    max_results: Long | None = None


class LatestVersions(ModelName, kw_only=True):
    stages: list[str] | None = None


class ModelTag(ModelName, kw_only=True):
    key: Required
    value: str | None = ""


class ModelTagKey(ModelName, kw_only=True):
    key: Required


class ModelAlias(ModelName, kw_only=True):
    alias: Required


class SetModelAlias(ModelAlias, kw_only=True):
    version: Required


class CreateVersion(ModelName, kw_only=True):
    source: Required
    run_id: str | None = None
    tags: list[KeyValue] | None = None
    run_link: str | None = None
    description: str | None = None
    model_id: str | None = None


class OfVersion(ModelName, kw_only=True):
    version: Required


class UpdateVersion(OfVersion, kw_only=True):
    description: str | None = None


class TransitionStage(OfVersion, kw_only=True):
    stage: Required
    archive_existing_versions: bool | None = False


class VersionTag(OfVersion, kw_only=True):
    key: Required
    value: str | None = ""


class VersionTagKey(OfVersion, kw_only=True):
    key: Required
