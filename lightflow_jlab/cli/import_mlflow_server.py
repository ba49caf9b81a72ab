"""A running MLflow server, read through its REST protocol."""

from __future__ import annotations

import os
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from lightflow_jlab.cli.import_mlflow_sqlite import STATUSES
from lightflow_jlab.contract.limits import check_artifact_path
from lightflow_jlab.errors import InvalidValueError, LightflowError, LocationError
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.run_tags import NOTE_TAG

PAGE = 500
HISTORY_PAGE = 25_000
SECONDS = 60
_PROXY = "mlflow-artifacts:/"


class MlflowServer:
    """Named by whoever runs the command; `MLFLOW_TRACKING_TOKEN` is sent where it is set."""

    def __init__(self, uri: str) -> None:
        self.name = f"the MLflow server {uri}"
        self._uri = uri.rstrip("/")
        self._experiments = list(
            self._pages("experiments/search", "experiments", view_type="ALL", max_results=PAGE)
        )

    def experiments(self) -> Iterator[FoundExperiment]:
        for one in self._experiments:
            tags = _pairs(one.get("tags"))
            note = tags.pop(NOTE_TAG, "")
            yield FoundExperiment(one["name"], note, tags, one["lifecycle_stage"] == "deleted")

    def run_count(self) -> int:
        """Not known before all were asked for."""
        return 0

    def runs(self) -> Iterator[FoundRun]:
        for experiment in self._experiments:
            found = self._pages(
                "runs/search",
                "runs",
                experiment_ids=[experiment["experiment_id"]],
                run_view_type="ALL",
                max_results=PAGE,
            )
            for run in found:
                yield self._run(run, experiment["name"])

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        run = self._get("runs/get", run_id=run_id)["run"]["info"]
        uri = run["artifact_uri"]
        if not uri.startswith(_PROXY):
            return [f"run {run_id}: its artifacts at {uri} are not served by the server"]
        lines: list[str] = []
        self._fetch(run_id, uri.removeprefix(_PROXY), "", target, lines)
        return lines

    def left_out(self) -> list[str]:
        models = self._get("registered-models/search", max_results=1000)
        count = len(models.get("registered_models", []))
        return [f"{count} registered models (register them again from their runs)"] if count else []

    def _run(self, run: Any, experiment: str) -> FoundRun:
        info, data = run["info"], run["data"]
        return FoundRun(
            run_id=info["run_id"],
            experiment=experiment,
            name=info.get("run_name") or info["run_id"][:8],
            user=info.get("user_id", ""),
            status=STATUSES.get(info.get("status", ""), "FINISHED"),
            start_time=int(info.get("start_time", 0)),
            end_time=int(info["end_time"]) if "end_time" in info else None,
            deleted=info["lifecycle_stage"] == "deleted",
            params=_pairs(data.get("params")),
            tags=_pairs(data.get("tags")),
            points={
                one["key"]: self._history(info["run_id"], one["key"])
                for one in data.get("metrics", [])
            },
            datasets=[
                UsedDataset(
                    one["dataset"]["name"],
                    one["dataset"]["digest"],
                    one["dataset"]["source_type"],
                    one["dataset"]["source"],
                    one["dataset"].get("schema"),
                    one["dataset"].get("profile"),
                    _pairs(one.get("tags")),
                )
                for one in run.get("inputs", {}).get("dataset_inputs", [])
            ],
        )

    def _history(self, run_id: str, key: str) -> Any:
        points: list[tuple[int, float, int]] = []
        token = ""
        while True:
            more = {"page_token": token} if token else {}
            page = self._get(
                "metrics/get-history",
                run_id=run_id,
                metric_key=key,
                max_results=HISTORY_PAGE,
                **more,
            )
            points += [
                (int(one.get("step", 0)), float(one["value"]), int(one["timestamp"]))
                for one in page.get("metrics", [])
            ]
            token = page.get("next_page_token", "")
            if not token:
                return columns_of(points)

    def _fetch(self, run_id: str, root: str, path: str, target: Path, lines: list[str]) -> None:
        where = {"path": path} if path else {}
        for one in self._get("artifacts/list", run_id=run_id, **where).get("files", []):
            try:
                inner = check_artifact_path(one["path"])
            except LocationError as error:
                lines.append(f"run {run_id}: {error}")
                continue
            if one.get("is_dir"):
                self._fetch(run_id, root, inner, target, lines)
                continue
            file = target / inner
            file.parent.mkdir(parents=True, exist_ok=True)
            address = urllib.parse.quote(f"{root}/{inner}")
            with self._open(f"-artifacts/artifacts/{address}") as answer, file.open("wb") as out:
                shutil.copyfileobj(answer, out)

    def _pages(self, path: str, name: str, /, **asked: Any) -> Iterator[Any]:
        token = ""
        while True:
            answer = self._ask(path, asked | ({"page_token": token} if token else {}))
            yield from answer.get(name, [])
            token = answer.get("next_page_token", "")
            if not token:
                return

    def _get(self, path: str, /, **query: Any) -> Any:
        return self._ask(f"{path}?{urllib.parse.urlencode(query)}", None)

    def _ask(self, path: str, body: Any) -> Any:
        data = None if body is None else msgspec.json.encode(body)
        with self._open(f"/{path}", data) as answer:
            return msgspec.json.decode(answer.read())

    def _open(self, path: str, data: bytes | None = None) -> Any:
        headers = {"Content-Type": "application/json"} if data is not None else {}
        if token := os.environ.get("MLFLOW_TRACKING_TOKEN"):
            headers["Authorization"] = f"Bearer {token}"
        address = f"{self._uri}/api/2.0/mlflow{path}"
        if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
            raise InvalidValueError(f"{self._uri!r} is no address of a server.")
        request = urllib.request.Request(address, data, headers)  # noqa: S310 - checked above
        try:
            return urllib.request.urlopen(request, timeout=SECONDS)  # noqa: S310 - checked above
        except urllib.error.HTTPError as error:
            said = error.read(500).decode("utf-8", "replace")
            raise LightflowError(f"{address} answered {error.code}: {said}") from None
        except OSError as error:
            raise LightflowError(f"{self._uri} can't be reached: {error}.") from None


def _pairs(items: list[dict[str, str]] | None) -> dict[str, str]:
    return {one["key"]: one.get("value", "") for one in items or ()}
