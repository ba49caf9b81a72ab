"""The way of files: MLflow's clients send and fetch them here, never naming where they lie."""

from __future__ import annotations

from tornado import web

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.mlflow_protocol import files
from lightflow_jlab.mlflow_protocol.messages import Empty, Files
from lightflow_jlab.mlflow_protocol.places import place
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.artifacts import FileHandler
from lightflow_jlab.server.mlflow.handler import MlflowHandler
from lightflow_jlab.server.uploads import UploadHandler
from lightflow_jlab.store.artifact_files import open_inside

RESOURCE = "lightflow:artifacts"


class ArtifactHandler(UploadHandler, MlflowHandler, FileHandler):
    """One file: fetched, sent or removed. A folder is removed with all in it."""

    upload_resource = RESOURCE

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
        draft = await self.finished_draft()
        await self.service.command(files.keep, place(path), draft, self.draft_bytes)
        self.draft = None
        await self.finish(set_content_type="text/plain")

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, path: str) -> None:
        await self.service.command(files.remove, place(path))
        await self.answer(Empty())

    async def check_upload(self) -> None:
        where = place(self.path_args[0] if self.path_args else "")
        if not where.path:
            raise InvalidValueError("A file is sent to the address of a folder.")
        await self.service.read(files.check_owner, where)


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
        # By this sentence at the beginning MLflow's client knows that it shall send the file whole.
        raise NotImplementedError(
            "Multipart upload is not supported for the current artifact repository: "
            "files are sent whole to this server, of any size."
        )

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        raise NotImplementedError("Files are fetched from this server itself.")
