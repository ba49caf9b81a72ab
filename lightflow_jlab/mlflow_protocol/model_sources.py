"""Where a model version's files are: always in our own folders, named by URIs that we gave out."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection

from lightflow_jlab.contract.limits import check_artifact_path
from lightflow_jlab.errors import InvalidValueError, LightflowError, NotFoundError
from lightflow_jlab.mlflow_protocol import model_requests as requests
from lightflow_jlab.mlflow_protocol.places import (
    ROOT,
    model_location,
    place_of_uri,
    run_location,
)
from lightflow_jlab.store import logged_models
from lightflow_jlab.store.commands import run_number
from lightflow_jlab.store.model_versions import Version, get_version
from lightflow_jlab.store.registered_models import aliased, get_model

_LOGGED = re.compile(r"models:/+(?P<model>m-[0-9a-f]{32})")
_NAMED = re.compile(r"models:/+(?P<name>[^/@]+)(?:/(?P<which>[^/@]+)|@(?P<alias>[\w\-]+))")
_OF_RUN = re.compile(r"runs:/+(?P<run>[0-9a-f]{32})/(?P<path>.+)")


class Source(NamedTuple):
    source: str
    """As the client wrote it."""
    location: str
    """As an `mlflow-artifacts` URI."""
    run_id: str | None
    model_id: str | None


def resolve(connection: Connection, asked: requests.CreateVersion) -> Source:
    """Return where the files are.

    Raises `InvalidValueError` for any place that isn't ours, or that is another run's or model's
    than is named beside it; `NotFoundError` for a version of another model that isn't there.
    """
    source, run_id, model_id = asked.source, asked.run_id or None, asked.model_id or None
    if not _LOGGED.fullmatch(source) and (found := _NAMED.fullmatch(source)):
        return _of_version(connection, found, asked)
    try:
        if found := _LOGGED.fullmatch(source):
            if model_id == found["model"]:
                return _logged(connection, source, found["model"], run_id)
        elif found := _OF_RUN.fullmatch(source):
            if model_id is None and run_id == found["run"]:
                return _of_run(connection, source, found["run"], found["path"])
        elif source.startswith(ROOT):
            return _address(connection, source, run_id, model_id)
    except LightflowError as error:
        raise InvalidValueError(f"Invalid model version source: '{source[:80]}'. {error}") from None
    raise _refused(source)


def _of_version(
    connection: Connection, found: re.Match[str], asked: requests.CreateVersion
) -> Source:
    row = _named(connection, found).row
    # MLflow knows no model of a version, and so lets none be named beside it.
    if asked.model_id or (asked.run_id is not None and asked.run_id != (row["run_id"] or "")):
        raise _refused(asked.source)
    source = f"models:/{row['name']}/{row['version']}"
    return Source(source, row["location"], row["run_id"], row["model_id"])


def _named(connection: Connection, found: re.Match[str]) -> Version:
    """Return the version that a number, a stage, `latest` or an alias means."""
    name, which = found["name"], found["which"]
    if found["alias"]:
        return aliased(connection, name, found["alias"])
    if which.isdecimal() and len(which) < 10:
        return get_version(connection, name, int(which))
    newest = get_model(connection, name).latest
    if which.lower() != "latest":
        newest = [one for one in newest if one.row["stage"].lower() == which.lower()]
    if not newest:
        raise InvalidValueError(
            f"There is no version of {name[:80]!r} in the stage {which[:80]!r}."
        )
    return max(newest, key=lambda one: int(one.row["version"]))


def _logged(connection: Connection, source: str, model_id: str, run_id: str | None) -> Source:
    row = logged_models.get(connection, model_id).row
    location = model_location(row["experiment_id"], model_id)
    return Source(source, location, run_id or row["source_run_id"], model_id)


def _of_run(connection: Connection, source: str, run_id: str, path: str) -> Source:
    _, experiment = run_number(connection, run_id)
    location = f"{run_location(experiment, run_id)}/{check_artifact_path(path)}"
    return Source(source, location, run_id, None)


def _address(
    connection: Connection, source: str, run_id: str | None, model_id: str | None
) -> Source:
    if urlsplit(source).query or urlsplit(source).fragment:
        raise _refused(source)
    found = place_of_uri(source)
    if found.kind == "model" and model_id == found.owner:
        row = logged_models.get(connection, found.owner).row
        return Source(source, source, run_id or row["source_run_id"], found.owner)
    if found.kind == "run" and model_id is None and run_id == found.owner:
        run_number(connection, found.owner)
        return Source(source, source, found.owner, None)
    raise NotFoundError("It lies in another run's or model's folder than is named beside it.")


def _refused(source: str) -> InvalidValueError:
    return InvalidValueError(
        f"Invalid model version source: '{source[:80]}'. Expected is an address of this server's "
        "artifacts that fits the run or model named beside it: 'models:/m-…', "
        "'runs:/<run>/<path>', 'models:/<name>/<version or alias>', or an 'mlflow-artifacts:/' URI."
    )
