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
