"""An `mlruns` folder: MLflow's older store, files in folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.import_files import fill, local_folder
from lightflow_jlab.cli.import_mlruns_models import logged_model, model_folders, registered_models
from lightflow_jlab.cli.import_sources import Source
from lightflow_jlab.cli.mlruns_files import read_meta, read_texts
from lightflow_jlab.contract.limits import RUN_ID
from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of
from lightflow_jlab.store.adopt_models import FoundModel, FoundRegisteredModel
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.run_tags import NAME_TAG, NOTE_TAG

_STATUSES: tuple[RunStatus, ...] = (
    "RUNNING",
    "RUNNING",
    "SCHEDULED",
    "FINISHED",
    "FAILED",
    "KILLED",
)
"""By the number that `meta.yaml` has, from 1."""


class Mlruns(Source):
    """Raises `InvalidValueError` where the folder is none of MLflow's."""

    def __init__(self, folder: Path, *, link: bool = False) -> None:
        self.name = f"the folder {folder}"
        self._folder = folder
        self._link = link
        self._experiments = [
            inner
            for parent in (folder, folder / ".trash")
            if parent.is_dir()
            for inner in sorted(parent.iterdir())
            if (inner / "meta.yaml").is_file()
        ]
        self._runs: dict[str, Path] = {}
        self._models: dict[str, Path] = {}
        if not self._experiments:
            raise InvalidValueError(
                f"{folder} is no MLflow store: none of its folders holds a meta.yaml."
            )

    def experiments(self) -> Iterator[FoundExperiment]:
        for folder in self._experiments:
            meta, tags = read_meta(folder), read_texts(folder / "tags")
            note = tags.pop(NOTE_TAG, "")
            yield FoundExperiment(meta["name"], note, tags, _deleted(meta))

    def run_count(self) -> int:
        return sum(1 for _ in self._run_folders())

    def runs(self) -> Iterator[FoundRun]:
        for experiment, folder in self._run_folders():
            self._runs[folder.name] = folder
            meta, tags = read_meta(folder), read_texts(folder / "tags")
            yield FoundRun(
                run_id=folder.name,
                experiment=read_meta(experiment)["name"],
                name=meta.get("run_name") or tags.get(NAME_TAG) or folder.name[:8],
                user=meta.get("user_id") or "",
                status=_STATUSES[meta["status"]] if 0 < meta["status"] < 6 else "FINISHED",
                start_time=meta.get("start_time") or 0,
                end_time=meta.get("end_time"),
                deleted=_deleted(meta),
                params=read_texts(folder / "params"),
                tags=tags,
                points={
                    key: columns_of(_points(text))
                    for key, text in read_texts(folder / "metrics").items()
                },
                datasets=self._datasets(folder, experiment),
                models_in=[
                    str(one["source_id"])
                    for one in _metas(folder / "inputs")
                    if one.get("source_type") == "MODEL"
                ],
                models_out=[
                    (str(one["destination_id"]), int(one.get("step") or 0))
                    for one in _metas(folder / "outputs")
                ],
            )

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        return self._fetch(f"run {run_id}", self._runs[run_id], "artifact_uri", target)

    def logged_models(self) -> Iterator[FoundModel]:
        for experiment in self._experiments:
            name = read_meta(experiment)["name"]
            for folder in model_folders(experiment):
                if (model := logged_model(folder, name)) is not None:
                    self._models[folder.name] = folder
                    yield model

    def fetch_model(self, model_id: str, target: Path) -> list[str]:
        return self._fetch(f"model {model_id}", self._models[model_id], "artifact_location", target)

    def registered_models(self) -> Iterator[FoundRegisteredModel]:
        return registered_models(self._folder)

    def left_out(self) -> list[str]:
        count = sum(
            1 for experiment in self._experiments for _ in (experiment / "traces").glob("tr-*")
        )
        return [f"{count} traces"] if count else []

    def _fetch(self, what: str, folder: Path, name: str, target: Path) -> list[str]:
        own = folder / "artifacts"
        if own.is_dir():
            return fill(own, target, link=self._link)
        uri = str(read_meta(folder).get(name) or "")
        # A folder that was moved still names its former place, where nothing is any more.
        elsewhere = local_folder(uri, self._folder)
        if elsewhere is None:
            return [f"{what}: its artifacts at {uri} are not on this machine's disks"]
        return fill(elsewhere, target, link=self._link)

    def _datasets(self, folder: Path, experiment: Path) -> list[UsedDataset]:
        found = []
        for use in _metas(folder / "inputs"):
            if use.get("source_type") != "DATASET":
                continue
            dataset = experiment / "datasets" / str(use["source_id"])
            if not (dataset / "meta.yaml").is_file():
                continue
            meta = read_meta(dataset)
            found.append(
                UsedDataset(
                    meta["name"],
                    meta["digest"],
                    meta["source_type"],
                    meta["source"],
                    meta.get("schema"),
                    meta.get("profile"),
                    {str(key): str(value) for key, value in (use.get("tags") or {}).items()},
                )
            )
        return found

    def _run_folders(self) -> Iterator[tuple[Path, Path]]:
        for experiment in self._experiments:
            for folder in sorted(experiment.iterdir()):
                if RUN_ID.fullmatch(folder.name) and (folder / "meta.yaml").is_file():
                    yield experiment, folder


def _metas(folder: Path) -> list[dict[str, Any]]:
    """Return what the folders below a folder say."""
    return [read_meta(file.parent) for file in sorted(folder.glob("*/meta.yaml"))]


def _deleted(meta: dict[str, Any]) -> bool:
    return meta.get("lifecycle_stage") == "deleted"


def _points(text: str) -> list[tuple[int, float, int]]:
    points = []
    for line in text.splitlines():
        time, value, *step = line.split()
        points.append((int(step[0]) if step else 0, float(value), int(time)))
    return points
