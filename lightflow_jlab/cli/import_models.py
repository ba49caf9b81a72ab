"""Models of an MLflow store into ours: those that runs logged, and those of its registry."""

from __future__ import annotations

from sqlalchemy import Connection

from lightflow_jlab.cli.import_sources import Source
from lightflow_jlab.config.locations import make_private_folder, model_folder
from lightflow_jlab.contract.limits import MODEL_ID
from lightflow_jlab.errors import LightflowError
from lightflow_jlab.mlflow_protocol.adopted_sources import location_here
from lightflow_jlab.store import Store
from lightflow_jlab.store.adopt_models import (
    FoundRegisteredModel,
    adopt_logged_model,
    adopt_registered_model,
)


def take_models(
    store: Store, source: Source, lines: list[str], *, with_artifacts: bool
) -> list[str]:
    """Take in all models; return what was taken in words, and add a line for what could not be."""
    logged = new = registered = versions = 0
    for model in source.logged_models():
        logged += 1
        if not MODEL_ID.fullmatch(model.model_id):
            lines.append(f"model {model.model_id}: its id is not m- and 32 hexadecimal digits")
            continue
        if with_artifacts:
            folder = make_private_folder(model_folder(store.folder, model.model_id))
            lines += source.fetch_model(model.model_id, folder)
        try:
            new += store.change(adopt_logged_model, model)
        except LightflowError as error:
            lines.append(f"model {model.model_id}: {error}")
    for found in source.registered_models():
        registered += 1
        versions += len(found.versions)
        lines += store.change(_take_registered, found)
    said = [f"{logged} logged models: {new} new."] if logged else []
    if registered:
        said.append(f"{registered} registered models with {versions} versions.")
    return said


def _take_registered(connection: Connection, found: FoundRegisteredModel) -> list[str]:
    versions, lines = [], []
    for version in found.versions:
        location = location_here(connection, version.location)
        if location is None:
            lines.append(
                f"version {version.version} of {found.name!r}: its files at {version.location} "
                "belong to no run or model that is here"
            )
        versions.append(version._replace(location=location or version.location))
    return lines + adopt_registered_model(connection, found._replace(versions=versions))
