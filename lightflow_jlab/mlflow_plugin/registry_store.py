"""Registered models and their versions, for MLflow's client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlflow.store.model_registry.rest_store import RestStore

from lightflow_jlab.mlflow_plugin.calls import Calls


class LightflowRegistryStore(RestStore):  # type: ignore[misc]  # MLflow is typed by no one
    def __init__(self, folder: Path) -> None:
        super().__init__(_no_server)
        self._calls = Calls(folder)

    def _call_endpoint(
        self,
        api: Any,
        json_body: str | None,
        call_all_endpoints: bool = False,
        extra_headers: Any = None,
    ) -> Any:
        endpoint, method = self._get_endpoint_from_method(api)
        return self._calls.call(endpoint, method, json_body, self._get_response_from_method(api))


def _no_server() -> Any:
    raise NotImplementedError("A local Lightflow store has no server to ask this.")
