"""Versions of registered models, as MLflow's clients make, move and find them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol import limits, messages
from lightflow_jlab.mlflow_protocol import model_requests as requests
from lightflow_jlab.mlflow_protocol import registry_terms as terms
from lightflow_jlab.mlflow_protocol.messages import Empty
from lightflow_jlab.mlflow_protocol.model_sources import resolve
from lightflow_jlab.mlflow_protocol.pages import Page
from lightflow_jlab.mlflow_protocol.prompt_filter import registry_condition
from lightflow_jlab.store import logged_models
from lightflow_jlab.store import model_versions as kept
from lightflow_jlab.store.column_order import column_order
from lightflow_jlab.store.model_schema import model_version_tags, model_versions
from lightflow_jlab.store.model_versions import NewVersion, Version
from lightflow_jlab.store.registered_models import get_model
from lightflow_jlab.store.search import Held, Vocabulary

MAX_VERSIONS = 200_000
VERSIONS_TAG = "mlflow.modelVersions"

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
_VERSION_ORDER = {
    "name": model_versions.c.name,
    "version_number": model_versions.c.version,
    "creation_timestamp": model_versions.c.creation_time,
    "last_updated_timestamp": model_versions.c.last_update_time,
}


def create_version(connection: Connection, asked: requests.CreateVersion) -> messages.OneVersion:
    name = terms.name(asked.name)
    source = resolve(connection, asked)
    new = NewVersion(
        source=source.source,
        location=source.location,
        run_id=source.run_id,
        run_link=limits.text("run_link", asked.run_link or "", 500) or None,
        model_id=source.model_id,
        description=terms.description(asked.description),
        tags=terms.tags(asked.tags),
    )
    number = kept.create_version(connection, name, new)
    if asked.model_id:
        _note_version(connection, asked.model_id, name, number)
    return _one_version(connection, name, number)


def _note_version(connection: Connection, model_id: str, name: str, number: int) -> None:
    """Add a version to the tag in which a logged model lists those that were made of it."""
    known = json.loads(logged_models.get(connection, model_id).tags.get(VERSIONS_TAG, "[]"))
    named = [*known, {"name": name, "version": number}]
    logged_models.set_tags(connection, model_id, {VERSIONS_TAG: json.dumps(named)})


def get_version(connection: Connection, asked: requests.OfVersion) -> messages.OneVersion:
    return _one_version(connection, asked.name, terms.number(asked.version))


def update_version(connection: Connection, asked: requests.UpdateVersion) -> messages.OneVersion:
    number = terms.number(asked.version)
    kept.update_version(connection, asked.name, number, terms.description(asked.description))
    return _one_version(connection, asked.name, number)


def transition_stage(
    connection: Connection, asked: requests.TransitionStage
) -> messages.OneVersion:
    stage, number = terms.stage(asked.stage), terms.number(asked.version)
    archive = bool(asked.archive_existing_versions)
    if archive and stage not in kept.ACTIVE_STAGES:
        raise InvalidValueError(
            "Model version transition cannot archive existing model versions because "
            f"'{stage}' is not an Active stage. Valid stages are {list(kept.ACTIVE_STAGES)}"
        )
    kept.set_stage(connection, asked.name, number, stage, archive_others=archive)
    return _one_version(connection, asked.name, number)


def delete_version(connection: Connection, asked: requests.OfVersion) -> Empty:
    kept.delete_version(connection, asked.name, terms.number(asked.version))
    return Empty()


def download_uri(connection: Connection, asked: requests.OfVersion) -> messages.ArtifactUri:
    row = kept.get_version(connection, asked.name, terms.number(asked.version)).row
    # As MLflow's server does: its client then finds a logged model of the run by this name, too.
    of_run = row["source"].startswith("runs:/")
    return messages.ArtifactUri(artifact_uri=row["source"] if of_run else row["location"])


def search_versions(connection: Connection, asked: requests.SearchModels) -> messages.Versions:
    page: Page[Version] = Page(
        asked.page_token, limits.results(asked.max_results, MAX_VERSIONS, MAX_VERSIONS)
    )
    versions = kept.find_versions(
        connection,
        registry_condition(asked.filter, VERSIONS),
        column_order(asked.order_by or ["last_updated_timestamp DESC"], _VERSION_ORDER),
        page.limit,
        page.offset,
    )
    found, token = page.cut(versions)
    return messages.Versions(
        model_versions=[version_message(one, with_aliases=False) for one in found],
        next_page_token=token,
    )


def latest_versions(connection: Connection, asked: requests.LatestVersions) -> messages.Versions:
    get_model(connection, asked.name)
    stages = [terms.stage(one) for one in asked.stages or kept.STAGES]
    found = kept.latest_versions(connection, [asked.name], stages)[asked.name]
    return messages.Versions(model_versions=[version_message(one) for one in found])


def set_version_tag(connection: Connection, asked: requests.VersionTag) -> Empty:
    key, value = limits.tag(limits.MAX_MODEL_TAG_LENGTH, asked.key, asked.value)
    kept.set_version_tag(connection, asked.name, terms.number(asked.version), key, value)
    return Empty()


def delete_version_tag(connection: Connection, asked: requests.VersionTagKey) -> Empty:
    key = limits.key_form(asked.key)
    kept.delete_version_tag(connection, asked.name, terms.number(asked.version), key)
    return Empty()


def _one_version(connection: Connection, name: str, number: int) -> messages.OneVersion:
    version = kept.get_version(connection, name, number)
    return messages.OneVersion(model_version=version_message(version))


def version_message(version: Version, *, with_aliases: bool = True) -> messages.ModelVersion:
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
