"""Files of runs and logged models, for MLflow's client: straight into the store's own folders."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from mlflow.entities import FileInfo
from mlflow.store.artifact.artifact_repo import ArtifactRepository

from lightflow_jlab.mlflow_plugin.address import artifact_of_uri
from lightflow_jlab.mlflow_plugin.calls import Calls
from lightflow_jlab.mlflow_protocol import files
from lightflow_jlab.mlflow_protocol.places import Place, plain_path
from lightflow_jlab.store.artifact_files import open_inside
from lightflow_jlab.store.artifact_writes import open_draft


class LightflowArtifactRepository(ArtifactRepository):  # type: ignore[misc]  # MLflow is typed by no one
    def __init__(
        self, artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
    ) -> None:
        # MLflow 2 knows of no other argument.
        super().__init__(artifact_uri)
        self.tracking_uri, self.registry_uri = tracking_uri, registry_uri
        folder, self._root = artifact_of_uri(artifact_uri)
        self._calls = Calls(folder)

    def log_artifact(self, local_file: str, artifact_path: str | None = None) -> None:
        path = f"{artifact_path or ''}/{os.path.basename(local_file)}"
        store = self._calls.store(current=False)
        where = self._place(path)
        files.check_owner(store, where)
        draft, file = open_draft(store.folder)
        try:
            with file, open(local_file, "rb") as source:
                shutil.copyfileobj(source, file)
            files.keep(store, where, draft, draft.stat().st_size)
        finally:
            draft.unlink(missing_ok=True)

    def log_artifacts(self, local_dir: str, artifact_path: str | None = None) -> None:
        for parent, _, names in os.walk(local_dir):
            inner = Path(parent).relative_to(local_dir).as_posix()
            folder = "/".join(part for part in (artifact_path, inner) if part and part != ".")
            for name in sorted(names):
                self.log_artifact(os.path.join(parent, name), folder)

    def list_artifacts(self, path: str | None = None) -> list[Any]:
        """Return what lies in a folder, with paths from this repository's root on."""
        store = self._calls.store(current=True)
        prefix = f"{path.strip('/')}/" if path and path.strip("/") else ""
        return [
            FileInfo(prefix + one.path, one.is_dir, one.file_size)
            for one in files.list_files(store, self._place(path or ""))
        ]

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        files.remove(self._calls.store(current=True), self._place(artifact_path or ""))

    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        folder = self._calls.store(current=False).folder
        where = self._place(remote_file_path)
        with (
            open_inside(folder, where.folder(folder), where.path) as source,
            open(local_path, "wb") as file,
        ):
            shutil.copyfileobj(source, file)

    def _place(self, path: str) -> Place:
        inner = "/".join(part for part in (self._root.path, path.strip("/")) if part)
        return self._root._replace(path=plain_path(inner) if inner else "")
