"""Files of runs and of logged models: kept, listed and removed in the store's own folders."""

from __future__ import annotations

from pathlib import Path

from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.mlflow_protocol import messages, run_artifacts
from lightflow_jlab.mlflow_protocol.messages import FileInfo
from lightflow_jlab.mlflow_protocol.places import Place, model_location, plain_path
from lightflow_jlab.store import Store, artifact_writes, logged_models


def check_owner(store: Store, where: Place) -> None:
    """Raises `NotFoundError` for the files of a run or model that isn't there."""
    store.ask(run_artifacts.check_run if where.kind == "run" else logged_models.get, where.owner)


def keep(store: Store, where: Place, draft: Path, size_bytes: int) -> None:
    check_owner(store, where)
    artifact_writes.publish(store.folder, draft, where.parts(store.folder))
    if where.kind == "run":
        store.change(run_artifacts.record_file, where.owner, where.path, size_bytes)


def remove(store: Store, where: Place) -> None:
    check_owner(store, where)
    if where.kind == "run":
        store.change(run_artifacts.forget_files, where.owner, where.path)
    artifact_writes.remove(store.folder, where.parts(store.folder))


def list_files(store: Store, where: Place) -> list[FileInfo]:
    prefix = f"{where.path}/" if where.path else ""
    if where.kind == "model":
        return _of_model(store, where)
    try:
        found = store.ask(run_artifacts.files, where.owner, where.path)
    except NotFoundError:
        return []
    return [
        FileInfo(path=one.path.removeprefix(prefix), is_dir=one.is_dir, file_size=one.file_size)
        for one in found
    ]


def list_of_model(store: Store, model_id: str, path: str) -> messages.Files:
    model = store.ask(logged_models.get, model_id)
    where = Place("model", model_id, plain_path(path) if path else "")
    prefix = f"{path}/" if path else ""
    return messages.Files(
        root_uri=model_location(model.row["experiment_id"], model_id),
        files=[
            FileInfo(path=prefix + one.path, is_dir=one.is_dir, file_size=one.file_size)
            for one in _of_model(store, where)
        ],
    )


def _of_model(store: Store, where: Place) -> list[FileInfo]:
    return [
        FileInfo(
            path=one.path,
            is_dir=one.is_dir,
            file_size=None if one.is_dir else one.size_bytes or None,
        )
        for one in artifact_writes.list_folder(store.folder, where.parts(store.folder))
    ]
