"""The addresses of the protocol below the server's base URL."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import Any

from lightflow_jlab.mlflow_protocol.endpoints import ENDPOINTS
from lightflow_jlab.server.mlflow.artifacts import (
    ArtifactHandler,
    ArtifactListHandler,
    ModelArtifactsHandler,
    NotOfferedHandler,
)
from lightflow_jlab.server.mlflow.handler import PageHandler, PlainHandler, handler_class
from lightflow_jlab.server.mlflow.unserved import UnknownHandler
from lightflow_jlab.server.service import StoreService
from lightflow_jlab.server.version import version

ROOT = "lightflow/mlflow"
_API = "(?:ajax-)?api/2[.]0/mlflow"
"""`ajax-api` is where MLflow's own page asks, and its client for two newer questions."""
_FILES = "(?:ajax-)?api/2[.]0/mlflow-artifacts"


def mlflow_routes(service: StoreService) -> list[tuple[str, type, dict[str, Any]]]:
    """Return patterns, handlers and what each handler is given."""
    given = {"service": service}
    by_path = groupby(sorted(ENDPOINTS, key=attrgetter("path")), attrgetter("path"))
    return [
        *(
            (f"{ROOT}/{_API}/{_pattern(path)}", handler_class(list(some)), given)
            for path, some in by_path
        ),
        (
            f"{ROOT}/{_API}/logged-models/(?P<model_id>[^/]+)/artifacts/directories",
            ModelArtifactsHandler,
            given,
        ),
        (f"{ROOT}/{_FILES}/artifacts", ArtifactListHandler, given),
        (f"{ROOT}/{_FILES}/artifacts/(.+)", ArtifactHandler, given),
        (f"{ROOT}/{_FILES}/(?:mpu|presigned)/.*", NotOfferedHandler, given),
        (f"{ROOT}/health", PlainHandler, {**given, "text": "OK"}),
        (f"{ROOT}/version", PlainHandler, {**given, "text": version()}),
        (f"{ROOT}/?", PageHandler, given),
        (f"{ROOT}(?:/.*)?", UnknownHandler, given),
    ]


def _pattern(path: str) -> str:
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
