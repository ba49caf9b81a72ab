"""An `mlruns` folder: MLflow's older store, files in folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.import_files import fetch, fill, local_folder
from lightflow_jlab.cli.import_mlruns_models import (
    logged_model,
    model_folders,
    prompt_count,
    registered_models,
)
from lightflow_jlab.cli.import_sources import Source, whole
from lightflow_jlab.cli.mlruns_files import read_meta, read_texts, told_if_broken
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
        self._broken: list[str] = []
        folders = [
            inner
            for parent in (folder, folder / ".trash")
            if parent.is_dir()
            for inner in sorted(parent.iterdir())
            if (inner / "meta.yaml").is_file() or _run_ids(inner)
        ]
        self._experiments: dict[Path, FoundExperiment] = {}
        for inner in folders:
            with told_if_broken(
                f"experiment {inner.name} with {len(_run_ids(inner))} runs", self._broken
            ):
                self._experiments[inner] = _experiment(inner)
        self._runs: dict[str, Path] = {}
        self._models: dict[str, Path] = {}
        if not folders:
            raise InvalidValueError(
                f"{folder} is no MLflow store: none of its folders holds a meta.yaml."
            )

    def experiments(self) -> Iterator[FoundExperiment]:
        yield from self._experiments.values()

    def run_count(self) -> int:
        return sum(len(_run_ids(folder)) for folder in self._experiments)

    def runs(self) -> Iterator[FoundRun]:
        for folder, experiment in self._experiments.items():
            for run_id in _run_ids(folder):
                run = None
                with told_if_broken(f"run {run_id}", self._broken):
                    run = self._run(folder, experiment.name, run_id)
                if run is not None:
                    self._runs[run_id] = folder / run_id
                    yield run

    def _run(self, experiment: Path, name: str, run_id: str) -> FoundRun:
        folder = experiment / run_id
        meta, tags = read_meta(folder), read_texts(folder / "tags")
        inputs = _metas(folder / "inputs")
        return FoundRun(
            run_id=run_id,
            experiment=name,
            name=meta.get("run_name") or tags.get(NAME_TAG) or run_id[:8],
            user=meta.get("user_id") or "",
            status=_STATUSES[meta["status"]] if 0 < meta["status"] < 6 else "FINISHED",
            start_time=int(meta.get("start_time") or 0),
            end_time=meta.get("end_time"),
            deleted=_deleted(meta),
            params=read_texts(folder / "params"),
            tags=tags,
            points={
                key: columns_of(self._points(run_id, key, text))
                for key, text in read_texts(folder / "metrics").items()
            },
            datasets=self._datasets(inputs, experiment),
            models_in=[
                str(one["source_id"]) for one in inputs if one.get("source_type") == "MODEL"
            ],
            models_out=[
                (str(one["destination_id"]), int(one.get("step") or 0))
                for one in _metas(folder / "outputs")
            ],
        )

    def _points(self, run_id: str, key: str, text: str) -> list[tuple[int, float, int]]:
        """Return the points of a metric; a line that is none, such as a torn last one, is told."""
        points = []
        for line in text.splitlines():
            with told_if_broken(
                f"the point {line[:50]!r} of {key!r} in run {run_id}", self._broken
            ):
                time, value, *step = line.split()
                points.append((whole(step[0]) if step else 0, float(value), whole(time)))
        return points

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        return self._fetch(self._runs[run_id], "artifact_uri", target)

    def logged_models(self) -> Iterator[FoundModel]:
        for experiment, found in self._experiments.items():
            for folder in model_folders(experiment):
                model = None
                with told_if_broken(f"model {folder.name}", self._broken):
                    model = logged_model(folder, found.name)
                if model is not None:
                    self._models[folder.name] = folder
                    yield model

    def fetch_model(self, model_id: str, target: Path) -> list[str]:
        return self._fetch(self._models[model_id], "artifact_location", target)

    def registered_models(self) -> Iterator[FoundRegisteredModel]:
        return registered_models(self._folder, self._broken)

    def left_out(self) -> list[str]:
        count = sum(
            1 for experiment in self._experiments for _ in (experiment / "traces").glob("tr-*")
        )
        counts = {"traces": count, "prompts": prompt_count(self._folder)}
        return [*self._broken, *(f"{count} {what}" for what, count in counts.items() if count)]

    def _fetch(self, folder: Path, name: str, target: Path) -> list[str]:
        own = folder / "artifacts"
        if own.is_dir():
            return fill(own, target, link=self._link)
        uri = str(read_meta(folder).get(name) or "")
        # A folder that was moved still names its former place, where nothing is any more.
        elsewhere = local_folder(uri, self._folder)
        return fetch(folder.name, uri, elsewhere, target, link=self._link)

    def _datasets(self, inputs: list[dict[str, Any]], experiment: Path) -> list[UsedDataset]:
        found = []
        for use in inputs:
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


def _experiment(folder: Path) -> FoundExperiment:
    meta, tags = read_meta(folder), read_texts(folder / "tags")
    note = tags.pop(NOTE_TAG, "")
    return FoundExperiment(str(meta["name"]), note, tags, _deleted(meta))


def _run_ids(experiment: Path) -> list[str]:
    """Return the names of an experiment's folders that look like runs."""
    if not experiment.is_dir() or experiment.is_symlink():
        return []
    return sorted(one.name for one in experiment.iterdir() if RUN_ID.fullmatch(one.name))


def _metas(folder: Path) -> list[dict[str, Any]]:
    """Return what the folders below a folder say."""
    return [read_meta(file.parent) for file in sorted(folder.glob("*/meta.yaml"))]


def _deleted(meta: dict[str, Any]) -> bool:
    return meta.get("lifecycle_stage") == "deleted"
