"""Endpoints by which another Lightflow sends its log, and the files of its runs, here."""

from __future__ import annotations

import re
from pathlib import Path

from tornado import web
from tornado.web import HTTPError

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.limits import check_artifact_path, check_run_id
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.importer.received import MAX_BODY_BYTES
from lightflow_jlab.server import arguments
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.server.uploads import UploadHandler
from lightflow_jlab.store import Store
from lightflow_jlab.store.artifact_writes import publish

RESOURCE = "lightflow:logs"
ARTIFACTS = "lightflow:artifacts"
MEDIA_TYPE = "application/octet-stream"
MOST_SEGMENTS = 999_999
_WRITER_ID = re.compile(r"[0-9a-f]{32}")


class LogHandler(LightflowHandler):
    """How much of a writer's log is here."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, writer_id: str) -> None:
        logs = await self.service.received()
        await self.answer(await self.service.in_thread(logs.state, _check_writer_id(writer_id)))


class SegmentHandler(LightflowHandler):
    """Takes the bytes that follow those which are here."""

    max_body_bytes = MAX_BODY_BYTES
    media_type = MEDIA_TYPE

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self, writer_id: str, segment: str) -> None:
        await self.service.writable_store()
        logs = await self.service.received()
        state = await self.service.in_thread(
            logs.append,
            _check_writer_id(writer_id),
            arguments.integer("segment", segment, 0, MOST_SEGMENTS),
            self.integer("offset", 0, 0, arguments.MAX_INTEGER),
            self.whole_body(),
        )
        self.service.look_at_once()
        await self.answer(state)


class SentArtifactHandler(UploadHandler):
    """Takes a file of a run. That the run has it, its log tells."""

    upload_resource = ARTIFACTS

    @web.authenticated
    async def put(self, writer_id: str, run_id: str, path: str) -> None:
        draft = await self.finished_draft()
        await self.service.read(_keep, draft, check_run_id(run_id), check_artifact_path(path))
        self.draft = None
        self.set_status(204)
        await self.finish()

    async def check_upload(self) -> None:
        if len(self.path_args) != 3:
            raise HTTPError(404)
        if self.request.headers.get("Content-Type") != MEDIA_TYPE:
            raise HTTPError(415, f"A file is sent as {MEDIA_TYPE}.")
        writer_id, run_id, path = self.path_args
        _check_writer_id(writer_id)
        check_run_id(run_id)
        check_artifact_path(path)


def _keep(store: Store, draft: Path, run_id: str, path: str) -> None:
    folder = artifact_folder(store.folder, run_id).relative_to(store.folder)
    publish(store.folder, draft, (*folder.parts, *path.split("/")))


def _check_writer_id(writer_id: str) -> str:
    if _WRITER_ID.fullmatch(writer_id):
        return writer_id
    raise InvalidValueError(
        f"{writer_id[:80]!r} is not a log's id. Expected are 32 hexadecimal digits."
    )
