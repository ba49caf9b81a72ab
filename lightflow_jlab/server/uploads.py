"""A file that comes as the body of a request: never held in memory, shown when it is whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, BinaryIO

from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.server.handler import LightflowHandler
from lightflow_jlab.store.artifact_writes import open_draft

MAX_UPLOAD_BYTES = 1024**4
"""For tornado, which wants a bound; the disk is the real one."""
SPARE_BYTES = 256 * 1024 * 1024
"""What an upload leaves free on the disk, for the store itself."""


class UploadHandler(LightflowHandler):
    """Takes the body of a PUT as a file. Its `put` finds it as a draft, and publishes it.

    Permission is asked in `prepare`, since the file comes before `put` is called.
    """

    upload_resource: str
    draft: Path | None = None
    draft_bytes = 0
    _file: BinaryIO | None = None

    async def check_upload(self) -> None:
        """Raise where the file that is about to come has no place."""

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

    async def data_received(self, chunk: bytes) -> None:  # type: ignore[override]
        if self._file is None:
            super().data_received(chunk)
            return
        self.draft_bytes += len(chunk)
        await self.service.in_thread(self._file.write, chunk)

    async def finished_draft(self) -> Path:
        """Return the whole file, closed."""
        assert self._file is not None and self.draft is not None
        await self.service.in_thread(self._file.close)
        return self.draft

    def on_finish(self) -> None:
        self._forget_draft()
        super().on_finish()

    def on_connection_close(self) -> None:
        self._forget_draft()
        super().on_connection_close()

    async def _begin_upload(self) -> None:
        resource = self.upload_resource
        allowed = self.authorizer.is_authorized(self, self.current_user, "write", resource)
        if not await ensure_async(allowed):
            raise HTTPError(403, "The user may not write artifacts.")
        await self.check_upload()
        store = await self.service.writable_store()
        length = int(self.request.headers.get("Content-Length") or 0)
        if length > shutil.disk_usage(store.folder).free - SPARE_BYTES:
            raise InvalidValueError(f"The disk has no room for a file of {length:,} bytes.")
        self.draft, self._file = await self.service.in_thread(open_draft, store.folder)

    def _forget_draft(self) -> None:
        if self._file is not None:
            self._file.close()
        if self.draft is not None:
            self.draft.unlink(missing_ok=True)
            self.draft = None
