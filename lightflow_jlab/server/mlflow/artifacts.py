"""The way of files: MLflow's clients send and fetch them here, never naming where they lie."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, BinaryIO

from jupyter_core.utils import ensure_async
from tornado import web
from tornado.web import HTTPError

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol import files
from lightflow_jlab.mlflow_protocol.messages import Empty, Files
from lightflow_jlab.mlflow_protocol.places import place
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.artifacts import FileHandler
from lightflow_jlab.server.mlflow.handler import MlflowHandler
from lightflow_jlab.store.artifact_files import open_inside
from lightflow_jlab.store.artifact_writes import open_draft

RESOURCE = "lightflow:artifacts"
MAX_UPLOAD_BYTES = 1024**4
"""For tornado, which wants a bound; the disk is the real one."""
SPARE_BYTES = 256 * 1024 * 1024
"""What an upload leaves free on the disk, for the store itself."""


class ArtifactHandler(MlflowHandler, FileHandler):
    """One file: fetched, sent or removed. A folder is removed with all in it."""

    _draft: Path | None = None
    _file: BinaryIO | None = None
    _size = 0

    async def prepare(self) -> None:  # type: ignore[override]
        if self.request.method == "PUT":
            # Before anything is awaited: the bound is looked at when the first bytes come.
            connection: Any = self.request.connection
            connection.set_max_body_size(MAX_UPLOAD_BYTES)
        await super().prepare()
        if self.request.method == "PUT":
            await self._begin_upload()

    def check_body(self) -> None:
        """Files may be of any kind; `prepare` looks at their size."""
        if self.request.method != "PUT":
            super().check_body()

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, path: str) -> None:
        where = place(path)
        store = await self.service.store()
        file = await self.service.in_thread(
            open_inside, store.folder, where.folder(store.folder), where.path
        )
        with file:
            await self.send(where.path, file)

    @web.authenticated
    async def put(self, path: str) -> None:
        """Asked for permission in `prepare`, since the file comes before this is called."""
        where = place(path)
        assert self._file is not None and self._draft is not None
        await self.service.in_thread(self._file.close)
        await self.service.command(files.keep, where, self._draft, self._size)
        self._draft = None
        await self.finish(set_content_type="text/plain")

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, path: str) -> None:
        await self.service.command(files.remove, place(path))
        await self.answer(Empty())

    async def data_received(self, chunk: bytes) -> None:  # type: ignore[override]
        if self._file is None:
            super().data_received(chunk)
            return
        self._size += len(chunk)
        await self.service.in_thread(self._file.write, chunk)

    def on_finish(self) -> None:
        self._forget_draft()
        super().on_finish()

    def on_connection_close(self) -> None:
        self._forget_draft()
        super().on_connection_close()

    async def _begin_upload(self) -> None:
        allowed = self.authorizer.is_authorized(self, self.current_user, "write", RESOURCE)
        if not await ensure_async(allowed):
            raise HTTPError(403, "The user may not write artifacts.")
        where = place(self.path_args[0] if self.path_args else "")
        if not where.path:
            raise InvalidValueError("A file is sent to the address of a folder.")
        await self.service.read(files.check_owner, where)
        store = await self.service.store()
        length = int(self.request.headers.get("Content-Length") or 0)
        if length > shutil.disk_usage(store.folder).free - SPARE_BYTES:
            raise InvalidValueError(f"The disk has no room for a file of {length:,} bytes.")
        self._draft, self._file = await self.service.in_thread(open_draft, store.folder)

    def _forget_draft(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._draft is not None:
            self._draft.unlink(missing_ok=True)
            self._draft = None


class ArtifactListHandler(MlflowHandler):
    """What lies in a folder, with paths relative to it."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        path = self.text("path")
        if not path:
            raise InvalidValueError("Missing value for required parameter 'path'.")
        await self.answer(Files(files=await self.service.read(files.list_files, place(path))))


class ModelArtifactsHandler(MlflowHandler):
    """What lies in a folder of a logged model, with paths from the model's root on."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, model_id: str) -> None:
        path = self.text("artifact_directory_path").rstrip("/")
        await self.answer(await self.service.read(files.list_of_model, model_id, path))


class NotOfferedHandler(MlflowHandler):
    """Ways to a cloud's object store, which our folders are not; clients then send files whole."""

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self) -> None:
        raise NotImplementedError("Files are sent whole to this server, of any size.")

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        raise NotImplementedError("Files are fetched from this server itself.")
