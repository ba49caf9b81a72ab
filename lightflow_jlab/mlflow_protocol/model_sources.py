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
from lightflow_jlab.store.model_versions import get_version

_LOGGED = re.compile(r"models:/+(?P<model>m-[0-9a-f]{32})")
_VERSION = re.compile(r"models:/+(?P<name>[^/@]+)/(?P<version>[0-9]{1,9})")
_OF_RUN = re.compile(r"runs:/+(?P<run>[0-9a-f]{32})/(?P<path>.+)")


class Source(NamedTuple):
    source: str
    """As the client wrote it."""
    location: str
    """As an `mlflow-artifacts` URI."""
    run_id: str | None
    model_id: str | None


def resolve(connection: Connection, asked: requests.CreateVersion) -> Source:
    """Return where the files are. Raises `InvalidValueError` for any place that isn't ours."""
    source, run_id, model_id = asked.source, asked.run_id or None, asked.model_id or None
    try:
        if found := _LOGGED.fullmatch(source):
            return _logged(connection, source, found["model"], run_id, model_id)
        if found := _VERSION.fullmatch(source):
            version = get_version(connection, found["name"], int(found["version"])).row
            return Source(source, version["location"], run_id or version["run_id"], model_id)
        if found := _OF_RUN.fullmatch(source):
            return _of_run(connection, source, found["run"], found["path"], run_id, model_id)
        if source.startswith(ROOT):
            return _address(connection, source, run_id, model_id)
    except LightflowError as error:
        raise InvalidValueError(f"Invalid model version source: '{source[:80]}'. {error}") from None
    raise _refused(source)


def _logged(
    connection: Connection, source: str, logged: str, run_id: str | None, model_id: str | None
) -> Source:
    if model_id is not None and model_id != logged:
        raise _refused(source)
    row = logged_models.get(connection, logged).row
    location = model_location(row["experiment_id"], logged)
    return Source(source, location, run_id or row["source_run_id"], logged)


def _of_run(
    connection: Connection,
    source: str,
    source_run: str,
    path: str,
    run_id: str | None,
    model_id: str | None,
) -> Source:
    if model_id is not None or (run_id is not None and run_id != source_run):
        raise _refused(source)
    _, experiment = run_number(connection, source_run)
    location = f"{run_location(experiment, source_run)}/{check_artifact_path(path)}"
    return Source(source, location, source_run, None)


def _address(
    connection: Connection, source: str, run_id: str | None, model_id: str | None
) -> Source:
    if urlsplit(source).query or urlsplit(source).fragment:
        raise _refused(source)
    found = place_of_uri(source)
    if found.kind == "model" and model_id in (None, found.owner):
        row = logged_models.get(connection, found.owner).row
        return Source(source, source, run_id or row["source_run_id"], found.owner)
    if found.kind == "run" and model_id is None and run_id in (None, found.owner):
        run_number(connection, found.owner)
        return Source(source, source, found.owner, None)
    raise NotFoundError("It lies in another run's or model's folder than is named beside it.")


def _refused(source: str) -> InvalidValueError:
    return InvalidValueError(
        f"Invalid model version source: '{source[:80]}'. Expected is an address of this server's "
        "artifacts that fits the run or model named beside it: 'models:/m-…', "
        "'runs:/<run>/<path>', 'models:/<name>/<version>', or an 'mlflow-artifacts:/' URI."
    )
