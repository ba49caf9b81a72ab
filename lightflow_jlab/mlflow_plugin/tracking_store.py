"""Experiments, runs and logged models, for MLflow's client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlflow.store.tracking import rest_store
from mlflow.store.tracking.rest_store import RestStore
from mlflow.utils.rest_utils import MlflowHostCreds

from lightflow_jlab.mlflow_plugin.calls import Calls

_ADDRESSES = "_METHOD_TO_INFO"
"""MLflow 3 has it in its class, MLflow 2 in the module."""


class LightflowTrackingStore(RestStore):  # type: ignore[misc]  # MLflow is typed by no one
    def __init__(self, folder: Path) -> None:
        # MLflow 2 prints an address at each run's end; here is none but the store's.
        place = MlflowHostCreds(f"lightflow:{folder}")
        super().__init__(_no_server if hasattr(RestStore, _ADDRESSES) else lambda: place)
        self._calls = Calls(folder)

    def _call_endpoint(
        self,
        api: Any,
        json_body: str | None = None,
        endpoint: str | None = None,
        retry_timeout_seconds: int | None = None,
        response_proto: Any = None,
    ) -> Any:
        known, method = _address(self, api)
        return self._calls.call(
            endpoint or known, method, json_body, response_proto or api.Response()
        )


def _address(store: RestStore, api: Any) -> tuple[str, str]:
    """Return the address and the verb of a call."""
    known = getattr(store if hasattr(store, _ADDRESSES) else rest_store, _ADDRESSES)
    address: tuple[str, str] = known.get(api) or store._V3_METHOD_TO_INFO[api]
    return address


def _no_server() -> Any:
    raise NotImplementedError("A local Lightflow store has no server to ask this.")
