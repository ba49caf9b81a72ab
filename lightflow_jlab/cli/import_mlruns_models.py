"""The models in an `mlruns` folder: those that runs logged, and its registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightflow_jlab.cli.import_sqlite_models import PROMPT_TAG, STATUSES, model_of_source
from lightflow_jlab.cli.mlruns_files import read_meta, read_texts, told_if_broken
from lightflow_jlab.contract.limits import MODEL_ID
from lightflow_jlab.store.adopt_models import FoundModel, FoundRegisteredModel, FoundVersion
from lightflow_jlab.store.logged_models import ModelPoint


def model_folders(experiment: Path) -> Iterator[Path]:
    folder = experiment / "models"
    for inner in sorted(folder.iterdir()) if folder.is_dir() else ():
        if MODEL_ID.fullmatch(inner.name) and (inner / "meta.yaml").is_file():
            yield inner


def logged_model(folder: Path, experiment: str) -> FoundModel | None:
    """Return the model of a folder; None for one that was deleted."""
    meta = read_meta(folder)
    if meta.get("lifecycle_stage") == "deleted":
        return None
    status = meta.get("status") or 0
    return FoundModel(
        model_id=folder.name,
        experiment=experiment,
        name=str(meta["name"]),
        model_type=meta.get("model_type") or None,
        source_run_id=meta.get("source_run_id") or None,
        status=STATUSES[status] if 0 < status < len(STATUSES) else "PENDING",
        status_message=meta.get("status_message"),
        creation_time=meta.get("creation_timestamp") or 0,
        last_update_time=meta.get("last_updated_timestamp") or 0,
        params=read_texts(folder / "params"),
        tags=read_texts(folder / "tags"),
        points=[
            _point(folder.name, key, line)
            for key, text in read_texts(folder / "metrics").items()
            for line in text.splitlines()
        ],
    )


def registered_models(root: Path, broken: list[str]) -> Iterator[FoundRegisteredModel]:
    """Yield models, not prompts; `broken` gets a line for each that can't be read."""
    folder = root / "models"
    for inner in sorted(folder.iterdir()) if folder.is_dir() else ():
        model = None
        if (inner / "meta.yaml").is_file():
            with told_if_broken(f"registered model {inner.name!r}", broken):
                model = _registered_model(inner)
        if model is not None:
            yield model


def prompt_count(root: Path) -> int:
    """Return how many of the registry's models are prompts."""
    tagged = (root / "models").glob(f"*/tags/{PROMPT_TAG}")
    return sum(1 for file in tagged if file.read_text("utf-8", "replace") == "true")


def _registered_model(folder: Path) -> FoundRegisteredModel | None:
    meta, tags = read_meta(folder), read_texts(folder / "tags")
    if tags.get(PROMPT_TAG) == "true":
        return None
    aliases = read_texts(folder / "aliases")
    return FoundRegisteredModel(
        name=str(meta["name"]),
        description=meta.get("description") or None,
        creation_time=meta.get("creation_timestamp") or 0,
        last_update_time=meta.get("last_updated_timestamp") or 0,
        tags=tags,
        aliases={alias: int(version) for alias, version in aliases.items()},
        versions=[
            _version(one)
            for one in sorted(folder.glob("version-*"))
            if (one / "meta.yaml").is_file()
        ],
    )


def _version(folder: Path) -> FoundVersion:
    meta: dict[str, Any] = read_meta(folder)
    source = meta.get("source") or ""
    return FoundVersion(
        version=int(meta["version"]),
        source=source,
        location=meta.get("storage_location") or source,
        run_id=meta.get("run_id") or None,
        run_link=meta.get("run_link") or None,
        model_id=meta.get("model_id") or model_of_source(source),
        description=meta.get("description") or None,
        stage=meta.get("current_stage") or "None",
        status=meta.get("status") or "READY",
        user_id=meta.get("user_id") or "",
        creation_time=meta.get("creation_timestamp") or 0,
        last_update_time=meta.get("last_updated_timestamp") or 0,
        tags=read_texts(folder / "tags"),
    )


def _point(model_id: str, key: str, line: str) -> ModelPoint:
    time, value, step, run_id, *dataset = line.split()
    name, digest = (*dataset, None, None)[:2]
    return ModelPoint(model_id, key, float(value), int(time), int(step), run_id, name, digest)
