"""An `mlruns` folder: MLflow's older store, files in folders."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from lightflow_jlab.contract.limits import RUN_ID
from lightflow_jlab.contract.scalars import RunStatus
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of
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


class Mlruns:
    """Raises `InvalidValueError` where the folder is none of MLflow's."""

    def __init__(self, folder: Path) -> None:
        self.name = f"the folder {folder}"
        self._folder = folder
        self._experiments = [
            inner
            for parent in (folder, folder / ".trash")
            if parent.is_dir()
            for inner in sorted(parent.iterdir())
            if (inner / "meta.yaml").is_file()
        ]
        if not self._experiments:
            raise InvalidValueError(
                f"{folder} is no MLflow store: none of its folders holds a meta.yaml."
            )

    def experiments(self) -> Iterator[FoundExperiment]:
        for folder in self._experiments:
            meta, tags = _meta(folder), _texts(folder / "tags")
            note = tags.pop(NOTE_TAG, "")
            yield FoundExperiment(meta["name"], note, tags, _deleted(meta))

    def run_count(self) -> int:
        return sum(1 for _ in self._run_folders())

    def runs(self) -> Iterator[FoundRun]:
        for experiment, folder in self._run_folders():
            meta, tags = _meta(folder), _texts(folder / "tags")
            yield FoundRun(
                run_id=folder.name,
                experiment=_meta(experiment)["name"],
                name=meta.get("run_name") or tags.get(NAME_TAG) or folder.name[:8],
                user=meta.get("user_id") or "",
                status=_STATUSES[meta["status"]] if 0 < meta["status"] < 6 else "FINISHED",
                start_time=meta.get("start_time") or 0,
                end_time=meta.get("end_time"),
                deleted=_deleted(meta),
                params=_texts(folder / "params"),
                tags=tags,
                points={
                    key: columns_of(_points(text))
                    for key, text in _texts(folder / "metrics").items()
                },
                datasets=[],
            )

    def fetch_artifacts(self, run_id: str, target: Path) -> list[str]:
        for _, folder in self._run_folders():
            if folder.name == run_id and (folder / "artifacts").is_dir():
                shutil.copytree(folder / "artifacts", target, dirs_exist_ok=True, symlinks=True)
        return []

    def left_out(self) -> list[str]:
        models = self._folder / "models"
        count = sum(1 for one in models.iterdir()) if models.is_dir() else 0
        return [f"{count} registered models (register them again from their runs)"] if count else []

    def _run_folders(self) -> Iterator[tuple[Path, Path]]:
        for experiment in self._experiments:
            for folder in sorted(experiment.iterdir()):
                if RUN_ID.fullmatch(folder.name) and (folder / "meta.yaml").is_file():
                    yield experiment, folder


def _meta(folder: Path) -> dict[str, Any]:
    meta = yaml.safe_load((folder / "meta.yaml").read_text("utf-8"))
    if not isinstance(meta, dict):
        raise InvalidValueError(f"{folder / 'meta.yaml'} is none of MLflow's.")
    return meta


def _deleted(meta: dict[str, Any]) -> bool:
    return meta.get("lifecycle_stage") == "deleted"


def _texts(folder: Path) -> dict[str, str]:
    """Return the files below a folder by their paths, which are the keys."""
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }


def _points(text: str) -> list[tuple[int, float, int]]:
    points = []
    for line in text.splitlines():
        time, value, *step = line.split()
        points.append((int(step[0]) if step else 0, float(value), int(time)))
    return points
