"""What MLflow's clients ask of logged models and of the registry."""

from __future__ import annotations

from lightflow_jlab.mlflow_protocol.requests import (
    KeyValue,
    Long,
    ModelId,
    Request,
    Required,
    Search,
)


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
