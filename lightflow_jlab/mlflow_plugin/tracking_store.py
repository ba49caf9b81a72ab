"""Experiments, runs and logged models, for MLflow's client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlflow.store.tracking.rest_store import RestStore

from lightflow_jlab.mlflow_plugin.calls import Calls


class LightflowTrackingStore(RestStore):  # type: ignore[misc]  # MLflow is typed by no one
    def __init__(self, folder: Path) -> None:
        super().__init__(_no_server)
        self._calls = Calls(folder)

    def _call_endpoint(
        self,
        api: Any,
        json_body: str | None = None,
        endpoint: str | None = None,
        retry_timeout_seconds: int | None = None,
        response_proto: Any = None,
    ) -> Any:
        known, method = self._METHOD_TO_INFO.get(api) or self._V3_METHOD_TO_INFO[api]
        return self._calls.call(
            endpoint or known, method, json_body, response_proto or api.Response()
        )


def _no_server() -> Any:
    raise NotImplementedError("A local Lightflow store has no server to ask this.")
