"""What MLflow's plugin groups name: light, since MLflow loads them all at its import."""

from __future__ import annotations

import os
from typing import Any


def tracking_store(store_uri: str | None = None, artifact_uri: str | None = None) -> Any:
    """Return the store of a `lightflow:` URI; where artifacts lie is the store's to say."""
    from lightflow_jlab.mlflow_plugin.address import store_of_uri
    from lightflow_jlab.mlflow_plugin.tracking_store import LightflowTrackingStore

    # At a run's end MLflow prints a link to its server's page, and here is no server.
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    return LightflowTrackingStore(store_of_uri(store_uri))


def registry_store(store_uri: str | None = None, tracking_uri: str | None = None) -> Any:
    from lightflow_jlab.mlflow_plugin.address import store_of_uri
    from lightflow_jlab.mlflow_plugin.registry_store import LightflowRegistryStore

    return LightflowRegistryStore(store_of_uri(store_uri))


def artifact_repository(
    artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
) -> Any:
    from lightflow_jlab.mlflow_plugin.artifact_repository import LightflowArtifactRepository

    return LightflowArtifactRepository(artifact_uri, tracking_uri, registry_uri)
