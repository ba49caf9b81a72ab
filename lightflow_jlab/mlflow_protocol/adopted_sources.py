"""Where the files of a version are here that another MLflow store registered."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from lightflow_jlab.contract.limits import check_artifact_path
from lightflow_jlab.errors import LightflowError
from lightflow_jlab.mlflow_protocol.places import model_location, run_location
from lightflow_jlab.store import logged_models
from lightflow_jlab.store.commands import run_number

_MODEL = re.compile(r"(?:models:/+|.*/models/)(?P<id>m-[0-9a-f]{32})(?:/artifacts/?(?P<path>.*))?")
_RUN = re.compile(
    r"(?:runs:/+(?P<named>[0-9a-f]{32})|.*/(?P<id>[0-9a-f]{32})/artifacts)(?P<path>.*)"
)


def location_here(connection: Connection, uri: str) -> str | None:
    """Return our address of what an artifact URI of another store means, None if it isn't here.

    Ids stay the same when a store is taken in, and by them what is meant is known.
    """
    try:
        if found := _MODEL.fullmatch(uri):
            experiment = logged_models.get(connection, found["id"]).row["experiment_id"]
            return _within(model_location(experiment, found["id"]), found["path"] or "")
        if found := _RUN.fullmatch(uri):
            run = found["named"] or found["id"]
            _, experiment = run_number(connection, run)
            return _within(run_location(experiment, run), found["path"])
    except LightflowError:
        return None
    return None


def _within(location: str, path: str) -> str:
    path = path.strip("/")
    return f"{location}/{check_artifact_path(path)}" if path else location
