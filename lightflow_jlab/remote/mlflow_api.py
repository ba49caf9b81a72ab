"""MLflow's REST calls that we make, by name."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from typing import Any, BinaryIO

from lightflow_jlab.remote.failures import RefusedError
from lightflow_jlab.remote.mlflow_calls import MlflowCalls

ARTIFACTS = "api/2.0/mlflow-artifacts/artifacts"
PAGE = 1_000
HISTORY_PAGE = 25_000
_PROXIED = "mlflow-artifacts:"
_PROXIED_HTTP = "/mlflow-artifacts/artifacts"


class MlflowApi(MlflowCalls):
    """Experiments, runs and files."""

    # --- experiments

    def experiments(self, view: str = "ACTIVE_ONLY") -> Iterator[dict[str, Any]]:
        return self._pages(
            self._post, "experiments/search", "experiments", max_results=PAGE, view_type=view
        )

    def experiment_named(self, name: str) -> dict[str, Any] | None:
        found = self._known("experiments/get-by-name", experiment_name=name)
        return None if found is None else dict(found["experiment"])

    def create_experiment(self, name: str) -> str:
        return str(self._post("experiments/create", name=name)["experiment_id"])

    def restore_experiment(self, experiment_id: str) -> None:
        self._post("experiments/restore", experiment_id=experiment_id)

    def delete_experiment(self, experiment_id: str) -> None:
        """Delete an experiment with its runs, so that they can be restored."""
        self._post("experiments/delete", experiment_id=experiment_id)

    def set_experiment_tag(self, experiment_id: str, key: str, value: str) -> None:
        self._post(
            "experiments/set-experiment-tag", experiment_id=experiment_id, key=key, value=value
        )

    # --- runs

    def create_run(self, experiment_id: str, **more: Any) -> dict[str, Any]:
        answer = self._post("runs/create", experiment_id=experiment_id, **more)
        return dict(answer["run"])

    def get_run(self, run_id: str) -> dict[str, Any] | None:
        found = self._known("runs/get", run_id=run_id, run_uuid=run_id)
        return None if found is None else dict(found["run"])

    def update_run(self, run_id: str, **more: Any) -> None:
        self._post("runs/update", run_id=run_id, run_uuid=run_id, **more)

    def delete_run(self, run_id: str) -> None:
        self._post("runs/delete", run_id=run_id)

    def restore_run(self, run_id: str) -> None:
        self._post("runs/restore", run_id=run_id)

    def log_batch(self, run_id: str, **parts: list[dict[str, Any]]) -> None:
        """Log metrics, params and tags, within MLflow's bounds."""
        self._post("runs/log-batch", run_id=run_id, **parts)

    def log_inputs(self, run_id: str, **parts: list[dict[str, Any]]) -> None:
        """Log which `datasets` and `models` a run took in."""
        self._post("runs/log-inputs", run_id=run_id, **parts)

    def log_outputs(self, run_id: str, models: list[dict[str, Any]]) -> None:
        self._post("runs/outputs", run_id=run_id, models=models)

    def delete_tag(self, run_id: str, key: str) -> None:
        self._post("runs/delete-tag", run_id=run_id, key=key)

    def search_runs(
        self,
        experiment_ids: list[str],
        filter_string: str = "",
        order_by: list[str] | None = None,
        view: str = "ACTIVE_ONLY",
        page: int = PAGE,
    ) -> Iterator[dict[str, Any]]:
        return self._pages(
            self._post,
            "runs/search",
            "runs",
            experiment_ids=experiment_ids,
            filter=filter_string,
            order_by=order_by or [],
            run_view_type=view,
            max_results=page,
        )

    def search_page(
        self,
        experiment_ids: list[str],
        filter_string: str,
        order_by: list[str],
        view: str,
        size: int,
        token: str,
    ) -> tuple[list[dict[str, Any]], str]:
        """Return the runs of one page, and the next one's token, empty at the end."""
        return self._page(
            self._post,
            "runs/search",
            "runs",
            token,
            experiment_ids=experiment_ids,
            filter=filter_string,
            order_by=order_by,
            run_view_type=view,
            max_results=size,
        )

    def history(self, run_id: str, key: str) -> Iterator[dict[str, Any]]:
        """Yield the points of a metric."""
        return self._pages(
            self._get,
            "metrics/get-history",
            "metrics",
            run_id=run_id,
            run_uuid=run_id,
            metric_key=key,
            max_results=HISTORY_PAGE,
        )

    # --- files

    def artifacts(self, run_id: str, path: str) -> Iterator[dict[str, Any]]:
        """Yield what lies in a folder of a run's artifacts, with paths from the run's root."""
        below = {"path": path} if path else {}
        return self._pages(
            self._get, "artifacts/list", "files", run_id=run_id, run_uuid=run_id, **below
        )

    def files(self, artifact_uri: str, folder: str) -> list[dict[str, Any]]:
        """Return what lies in a folder of a run's or model's artifacts, with paths relative to it;
        nothing where there is no such folder.
        """
        address = f"{_proxied_path(artifact_uri)}/{folder}".strip("/")
        answer = self._checked(self._connection.get(ARTIFACTS, path=address), dict)
        return self._checked(answer.get("files", []), list)

    def put_artifact(self, artifact_uri: str, path: str, file: BinaryIO, size_bytes: int) -> None:
        """Send a file to the artifacts of a run or model, which have to be the server's own to
        give out.
        """
        self._connection.put_file(_file_address(artifact_uri, path), file, size_bytes)

    def get_artifact(self, artifact_uri: str, path: str, out: BinaryIO) -> None:
        """Write a file of a run's or model's artifacts into an open file."""
        self._connection.get_file(_file_address(artifact_uri, path), out)


def _file_address(artifact_uri: str, path: str) -> str:
    address = f"{_proxied_path(artifact_uri)}/{path}".strip("/")
    return f"{ARTIFACTS}/{urllib.parse.quote(address)}"


def _proxied_path(artifact_uri: str) -> str:
    """Return where below the server's own artifacts a URI points. Raises `RefusedError`.

    What host it names is not looked at: files go to the server that the user has named.
    """
    parts = urllib.parse.urlsplit(artifact_uri)
    if artifact_uri.startswith(_PROXIED):
        return parts.path.strip("/")
    _, mark, path = parts.path.partition(_PROXIED_HTTP)
    if parts.scheme in ("http", "https") and mark:
        return path.strip("/")
    raise RefusedError(
        f"the run's files are kept at {artifact_uri!r}, which this server does not serve itself "
        "(it was started without --artifacts-destination)",
        400,
        "NOT_PROXIED",
    )
