"""Files of runs and models to the server; those that are there in their size are passed over."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

from lightflow_jlab.errors import LightflowError
from lightflow_jlab.mlflow_export.identity import Target
from lightflow_jlab.mlflow_export.report import ExportReport
from lightflow_jlab.remote.failures import UnreachableError
from lightflow_jlab.remote.mlflow_api import MlflowApi


class FilesThere:
    """The files of one run or model on the server, a folder of it asked for when it is needed."""

    def __init__(self, api: MlflowApi, target: Target, which: str, report: ExportReport) -> None:
        self._api = api
        self._target = target
        self._which = which
        self._report = report
        self._sizes: dict[str, dict[str, int]] = {}

    def send(self, path: str, open_file: Callable[[], BinaryIO]) -> None:
        """Have a file there. `open_file` may raise `LightflowError` where there is none."""
        try:
            with open_file() as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(0)
                self._report.attempt("files", self._which, lambda: self._put(path, file, size))
        except UnreachableError:
            raise
        except LightflowError as error:
            self._report.leave_out("files", self._which, str(error))

    def _put(self, path: str, file: BinaryIO, size: int) -> None:
        if self._size_there(path) != size:
            self._api.put_artifact(self._target.artifact_uri, path, file, size)
            self._report.files += 1

    def _size_there(self, path: str) -> int | None:
        if self._target.is_new:
            return None
        folder, _, name = path.rpartition("/")
        if folder not in self._sizes:
            self._sizes[folder] = {
                one["path"]: int(one.get("file_size", 0))
                for one in self._api.files(self._target.artifact_uri, folder)
                if not one.get("is_dir")
            }
        return self._sizes[folder].get(name)
