"""A run's files as one zip, made while it is sent: nothing is kept in memory or on a disk."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from lightflow_jlab.contract.contents import Artifact
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.server.byte_range import ByteRange, chunks_of
from lightflow_jlab.store.artifact_files import open_artifact

MEDIA_TYPE = "application/zip"
_MISSING_NAME = "files-not-found.txt"
_FIRST_YEAR = 1980
"""Zip files know no time before it."""


def zip_chunks(store: Path, run_id: str, files: Sequence[Artifact]) -> Iterator[bytes]:
    """Yield a zip of files of a run, by and by. They are not compressed: most are already.

    What is not there as a file any more is named in a text file of the zip.
    """
    sink = _Sink()
    missing = list[str]()
    with ZipFile(sink, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]
        for artifact in files:
            try:
                file = open_artifact(store, run_id, artifact.path)
            except NotFoundError:
                missing.append(artifact.path)
                continue
            found = os.fstat(file.fileno())
            entry = _entry(artifact.path, found.st_mtime)
            with file, archive.open(entry, "w", force_zip64=True) as member:
                for data in chunks_of(file, ByteRange(0, found.st_size)):
                    member.write(data)
                    yield sink.take()
        if missing:
            archive.writestr(_MISSING_NAME, "".join(f"{path}\n" for path in missing))
    yield sink.take()


def _entry(path: str, changed_time: float) -> ZipInfo:
    changed = time.localtime(changed_time)
    return ZipInfo(path, (max(changed.tm_year, _FIRST_YEAR), *changed[1:6]))


class _Sink:
    """Takes what a zip file writes, which never goes back in it."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Nothing lies anywhere else."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
