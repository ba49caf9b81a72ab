"""Endpoints of a run's files. Their content is someone's data: it never runs in the page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from tornado import web

from lightflow_jlab.contract.contents import Artifact, ArtifactList, ArtifactPreview
from lightflow_jlab.contract.limits import check_artifact_path, check_run_id
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.server.access import authorized
from lightflow_jlab.server.archive import MEDIA_TYPE, zip_chunks
from lightflow_jlab.server.arguments import MAX_INTEGER
from lightflow_jlab.server.byte_range import ByteRange, byte_range, chunks_of
from lightflow_jlab.server.handler import SANDBOX, LightflowHandler
from lightflow_jlab.server.preview import image_type, preview
from lightflow_jlab.store import Store
from lightflow_jlab.store.artifact_files import open_artifact
from lightflow_jlab.store.contents import artifact_files

RESOURCE = "lightflow:artifacts"
MAX_FILES = 1_000
"""Of all folders in one answer."""


class ArtifactsHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        check_run_id(run_id)
        path = self.text("path")
        if path:
            check_artifact_path(path)
        whole = self.text("files") == "all"
        found = await self.service.read(_listed, run_id, path, MAX_FILES if whole else None)
        await self.answer(ArtifactList(run_id=run_id, path=path, artifacts=found))


class ArtifactPreviewHandler(LightflowHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str, path: str) -> None:
        check_artifact_path(path)
        artifact = await self.service.read(Store.artifact, check_run_id(run_id), path)
        start = self.integer("start", 0, 0, MAX_INTEGER)
        await self.answer(await self.service.read(_preview, run_id, artifact, start))


class FileHandler(LightflowHandler):
    """Sends files, always as attachments: `<img>` shows pictures all the same."""

    @property
    def content_security_policy(self) -> str:
        # Inline styles and embedded pictures are what a vector graphic is made of.
        return f"{SANDBOX}; style-src 'unsafe-inline'; img-src data:"

    async def send(self, path: str, file: BinaryIO) -> None:
        """Send an open file, or the part of it that was asked for."""
        size = os.fstat(file.fileno()).st_size
        part = byte_range(self.request.headers.get("Range"), size)
        asked = part or ByteRange(0, size)
        if part is not None:
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {part.start}-{part.end - 1}/{size}")
        self.set_header("Content-Length", str(asked.end - asked.start))
        self.set_header("Accept-Ranges", "bytes")
        media_type = image_type(path) or "application/octet-stream"
        await self.send_chunks(path, media_type, chunks_of(file, asked))

    async def send_chunks(self, name: str, media_type: str, chunks: Iterator[bytes]) -> None:
        """Send an attachment as it is made; its chunks are made in threads."""
        self.set_header("Content-Type", media_type)
        self.set_header("Content-Disposition", _attachment(name))
        self.set_header("Cache-Control", "private, no-cache")
        while data := await self.service.in_thread(next, chunks, b""):
            self.write(data)
            await self.flush()
        await self.finish(set_content_type=media_type)


class ArtifactContentHandler(FileHandler):
    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str, path: str) -> None:
        # As Jupyter does for files: no other site may embed them.
        self.check_xsrf_cookie()
        check_artifact_path(path)
        artifact = await self.service.read(Store.artifact, check_run_id(run_id), path)
        file = await self.service.read(_open, run_id, artifact)
        with file:
            await self.send(path, file)


class ArtifactArchiveHandler(FileHandler):
    """All files of a run, or of one of its folders, as a zip."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self, run_id: str) -> None:
        self.check_xsrf_cookie()
        check_run_id(run_id)
        path = self.text("path")
        store = await self.service.store()
        files = await self.service.in_thread(store.ask, artifact_files, run_id, path, None)
        if not files:
            raise NotFoundError(f"The run {run_id} has no files in {path or 'its folder'!r}.")
        chunks = zip_chunks(store.folder, run_id, files)
        await self.send_chunks(f"{path or run_id}.zip", MEDIA_TYPE, chunks)


def _listed(store: Store, run_id: str, path: str, files: int | None) -> list[Artifact]:
    """Return what lies in one folder, or the first `files` files below it."""
    if files is None:
        return store.artifacts(run_id, path)
    return store.ask(artifact_files, run_id, path, files)


def _open(store: Store, run_id: str, artifact: Artifact) -> BinaryIO:
    return open_artifact(store.folder, run_id, artifact.path)


def _preview(store: Store, run_id: str, artifact: Artifact, start: int) -> ArtifactPreview:
    with open_artifact(store.folder, run_id, artifact.path) as file:
        return preview(artifact, file, os.fstat(file.fileno()).st_size, start)


def _attachment(path: str) -> str:
    """Return a `Content-Disposition` whose name survives any characters (RFC 5987)."""
    name = path.rsplit("/", 1)[-1]
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    exact = quote(name, safe="", errors="replace")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"
