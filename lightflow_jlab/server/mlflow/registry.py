"""Registered models and their versions, as MLflow's clients edit and find them."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from sqlalchemy import Connection, true

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.server.mlflow import limits, messages, requests
from lightflow_jlab.server.mlflow.messages import Empty
from lightflow_jlab.server.mlflow.model_sources import resolve
from lightflow_jlab.server.mlflow.pages import Page
from lightflow_jlab.store import registry as kept
from lightflow_jlab.store.column_order import column_order
from lightflow_jlab.store.model_schema import (
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from lightflow_jlab.store.registry import Model, NewVersion, Version
from lightflow_jlab.store.search import Held, Vocabulary, compile_filter

MAX_MODELS = 1000
DEFAULT_MODELS = 100
MAX_VERSIONS = 200_000
MAX_NAME = 256
MAX_ALIAS = 255
MAX_DESCRIPTION = 100_000

MODELS = Vocabulary(
    noun="registered model",
    attributes={"name": registered_models.c.name},
    numeric=frozenset(),
    held={
        "tags": Held(
            registered_model_tags,
            registered_model_tags.c.name == registered_models.c.name,
            text=registered_model_tags.c.value,
        )
    },
)
VERSIONS = Vocabulary(
    noun="model version",
    attributes={
        "name": model_versions.c.name,
        "version_number": model_versions.c.version,
        "run_id": model_versions.c.run_id,
        "source_path": model_versions.c.source,
    },
    numeric=frozenset({"version_number"}),
    held={
        "tags": Held(
            model_version_tags,
            (model_version_tags.c.name == model_versions.c.name)
            & (model_version_tags.c.version == model_versions.c.version),
            text=model_version_tags.c.value,
        )
    },
)
_MODEL_ORDER = {
    "name": registered_models.c.name,
    "timestamp": registered_models.c.last_update_time,
    "last_updated_timestamp": registered_models.c.last_update_time,
}
_VERSION_ORDER = {
    "name": model_versions.c.name,
    "version_number": model_versions.c.version,
    "creation_timestamp": model_versions.c.creation_time,
    "last_updated_timestamp": model_versions.c.last_update_time,
}
_ALIAS = re.compile(r"[\w\-]+")
_STAGES = {stage.lower(): stage for stage in kept.STAGES}


# --- models


def create_model(
    connection: Connection, asked: requests.CreateModel
) -> messages.OneRegisteredModel:
    name = _name(asked.name)
    kept.create_model(connection, name, _description(asked.description), _tags(asked.tags))
    return _one_model(connection, name)


def get_model(connection: Connection, asked: requests.ModelName) -> messages.OneRegisteredModel:
    return _one_model(connection, asked.name)


def rename_model(
    connection: Connection, asked: requests.RenameModel
) -> messages.OneRegisteredModel:
    new_name = _name(asked.new_name or "", "new_name")
    kept.rename_model(connection, asked.name, new_name)
    return _one_model(connection, new_name)


def update_model(
    connection: Connection, asked: requests.UpdateModel
) -> messages.OneRegisteredModel:
    kept.update_model(connection, asked.name, _description(asked.description))
    return _one_model(connection, asked.name)


def delete_model(connection: Connection, asked: requests.ModelName) -> Empty:
    kept.delete_model(connection, asked.name)
    return Empty()


def search_models(
    connection: Connection, asked: requests.SearchModels
) -> messages.RegisteredModels:
    page: Page[Model] = Page(
        asked.page_token, limits.results(asked.max_results, DEFAULT_MODELS, MAX_MODELS)
    )
    text = (asked.filter or "").strip()
    models = kept.find_models(
        connection,
        compile_filter(text, MODELS) if text else true(),
        column_order(asked.order_by or [], _MODEL_ORDER),
        page.limit,
        page.offset,
    )
    found, token = page.cut(models)
    return messages.RegisteredModels(
        registered_models=[_model(one) for one in found], next_page_token=token
    )


def set_model_tag(connection: Connection, asked: requests.ModelTag) -> Empty:
    key, value = limits.tag(limits.MAX_MODEL_TAG_LENGTH, asked.key, asked.value)
    kept.set_model_tag(connection, asked.name, key, value)
    return Empty()


def delete_model_tag(connection: Connection, asked: requests.ModelTagKey) -> Empty:
    key, _ = limits.tag(limits.MAX_MODEL_TAG_LENGTH, asked.key, "")
    kept.delete_model_tag(connection, asked.name, key)
    return Empty()


def set_alias(connection: Connection, asked: requests.SetModelAlias) -> Empty:
    alias = _alias(asked.alias)
    if alias.lower() == "latest" or re.fullmatch(r"[vV]\d+", alias):
        raise InvalidValueError(f"The alias name '{alias}' is reserved.")
    kept.set_alias(connection, asked.name, alias, _number(asked.version))
    return Empty()


def delete_alias(connection: Connection, asked: requests.ModelAlias) -> Empty:
    kept.delete_alias(connection, asked.name, _alias(asked.alias))
    return Empty()


def get_by_alias(connection: Connection, asked: requests.ModelAlias) -> messages.OneVersion:
    version = kept.aliased(connection, asked.name, _alias(asked.alias))
    return messages.OneVersion(model_version=_version(version))


def latest_versions(connection: Connection, asked: requests.LatestVersions) -> messages.Versions:
    kept.get_model(connection, asked.name)
    stages = [_stage(one) for one in asked.stages or kept.STAGES]
    found = kept.latest_versions(connection, [asked.name], stages)[asked.name]
    return messages.Versions(model_versions=[_version(one) for one in found])


# --- versions


def create_version(connection: Connection, asked: requests.CreateVersion) -> messages.OneVersion:
    name = _name(asked.name)
    source = resolve(connection, asked)
    new = NewVersion(
        source=source.source,
        location=source.location,
        run_id=source.run_id,
        run_link=limits.text("run_link", asked.run_link or "", 500) or None,
        model_id=source.model_id,
        description=_description(asked.description),
        tags=_tags(asked.tags),
    )
    return _one_version(connection, name, kept.create_version(connection, name, new))


def get_version(connection: Connection, asked: requests.OfVersion) -> messages.OneVersion:
    return _one_version(connection, asked.name, _number(asked.version))


def update_version(connection: Connection, asked: requests.UpdateVersion) -> messages.OneVersion:
    number = _number(asked.version)
    kept.update_version(connection, asked.name, number, _description(asked.description))
    return _one_version(connection, asked.name, number)


def transition_stage(
    connection: Connection, asked: requests.TransitionStage
) -> messages.OneVersion:
    stage, number = _stage(asked.stage), _number(asked.version)
    archive = bool(asked.archive_existing_versions)
    if archive and stage not in kept.ACTIVE_STAGES:
        raise InvalidValueError(
            "Model version transition cannot archive existing model versions because "
            f"'{stage}' is not an Active stage. Valid stages are {list(kept.ACTIVE_STAGES)}"
        )
    kept.set_stage(connection, asked.name, number, stage, archive_others=archive)
    return _one_version(connection, asked.name, number)


def delete_version(connection: Connection, asked: requests.OfVersion) -> Empty:
    kept.delete_version(connection, asked.name, _number(asked.version))
    return Empty()


def download_uri(connection: Connection, asked: requests.OfVersion) -> messages.ArtifactUri:
    version = kept.get_version(connection, asked.name, _number(asked.version))
    return messages.ArtifactUri(artifact_uri=version.row["location"])


def search_versions(connection: Connection, asked: requests.SearchModels) -> messages.Versions:
    page: Page[Version] = Page(
        asked.page_token, limits.results(asked.max_results, MAX_VERSIONS, MAX_VERSIONS)
    )
    text = (asked.filter or "").strip()
    versions = kept.find_versions(
        connection,
        compile_filter(text, VERSIONS) if text else true(),
        column_order(asked.order_by or ["last_updated_timestamp DESC"], _VERSION_ORDER),
        page.limit,
        page.offset,
    )
    found, token = page.cut(versions)
    return messages.Versions(model_versions=[_version(one) for one in found], next_page_token=token)


def set_version_tag(connection: Connection, asked: requests.VersionTag) -> Empty:
    key, value = limits.tag(limits.MAX_MODEL_TAG_LENGTH, asked.key, asked.value)
    kept.set_version_tag(connection, asked.name, _number(asked.version), key, value)
    return Empty()


def delete_version_tag(connection: Connection, asked: requests.VersionTagKey) -> Empty:
    key, _ = limits.tag(limits.MAX_MODEL_TAG_LENGTH, asked.key, "")
    kept.delete_version_tag(connection, asked.name, _number(asked.version), key)
    return Empty()


# --- what a client sent


def _name(name: str, what: str = "name") -> str:
    if not name.strip():
        raise InvalidValueError(f"Missing value for required parameter '{what}'.")
    if any(character in name for character in "/:"):
        raise InvalidValueError(
            f"Invalid model name '{name[:80]}'. Names cannot contain '/' or ':'."
        )
    if posixpath.normpath(name) != name or name in (".", ".."):
        raise InvalidValueError(f"Invalid value {name[:80]!r} for parameter '{what}' supplied.")
    return limits.text(what, name, MAX_NAME)


def _description(text: str | None) -> str | None:
    return None if text is None else limits.text("description", text, MAX_DESCRIPTION)


def _tags(given: list[requests.KeyValue] | None) -> dict[str, str]:
    return dict(limits.tag(limits.MAX_MODEL_TAG_LENGTH, one.key, one.value) for one in given or ())


def _number(version: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", version):
        return int(version)
    raise InvalidValueError(f"Parameter 'version' must be an integer, got '{version[:80]}'.")


def _stage(text: str) -> str:
    stage = _STAGES.get(text.lower())
    if stage is None:
        raise InvalidValueError(
            f"Invalid Model Version stage: {text[:80]}. Value must be one of "
            f"{', '.join(kept.STAGES)}."
        )
    return stage


def _alias(text: str) -> str:
    if not _ALIAS.fullmatch(text):
        raise InvalidValueError(
            f"Invalid alias name: '{text[:80]}'. Names may only contain alphanumerics, "
            "underscores (_), and dashes (-)."
        )
    return limits.text("Registered model alias name", text, MAX_ALIAS)


# --- what a client reads


def _one_model(connection: Connection, name: str) -> messages.OneRegisteredModel:
    return messages.OneRegisteredModel(registered_model=_model(kept.get_model(connection, name)))


def _one_version(connection: Connection, name: str, number: int) -> messages.OneVersion:
    version = kept.get_version(connection, name, number)
    return messages.OneVersion(model_version=_version(version))


def _model(model: Model) -> messages.RegisteredModel:
    row: Any = model.row
    return messages.RegisteredModel(
        name=row["name"],
        creation_timestamp=row["creation_time"],
        last_updated_timestamp=row["last_update_time"],
        description=row["description"] or "",
        latest_versions=[_version(one, with_aliases=False) for one in model.latest],
        tags=messages.pairs(model.tags),
        aliases=[
            messages.Alias(alias=alias, version=str(number))
            for alias, number in model.aliases.items()
        ],
    )


def _version(version: Version, *, with_aliases: bool = True) -> messages.ModelVersion:
    """MLflow's server leaves the aliases out where it lists versions."""
    row: Any = version.row
    return messages.ModelVersion(
        name=row["name"],
        version=str(row["version"]),
        creation_timestamp=row["creation_time"],
        last_updated_timestamp=row["last_update_time"],
        current_stage=row["stage"],
        source=row["source"],
        status=row["status"],
        user_id=row["user_id"],
        description=row["description"] or "",
        run_id=row["run_id"] or "",
        run_link=row["run_link"] or "",
        tags=messages.pairs(version.tags),
        aliases=version.aliases if with_aliases else [],
    )
