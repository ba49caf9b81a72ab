"""Removing from an outbox what a server has for good: segments, and the files that they name."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import msgspec

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.records import ArtifactRecord
from lightflow_jlab.errors import SpoolError
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.spool.reader import Record, SegmentReader, SpoolFile

_READ_BYTES = 4 * 1024 * 1024


def artifacts_of(found: list[Record]) -> list[ArtifactRecord]:
    return [
        msgspec.msgpack.decode(record.payload, type=ArtifactRecord)
        for record in found
        if record.type == RecordType.ARTIFACT
    ]


def remove_segment(outbox: Path, file: SpoolFile, kept: Container[Path]) -> None:
    """Remove a segment, and before it the files of runs that it names, but for those in `kept`.

    Who is killed between does it again, since the segment is still there.
    """
    try:
        reader = SegmentReader(file.path)
        place = reader.start
        while (batch := reader.read(place, _READ_BYTES, final=True)).end > place:
            place = batch.end
            for record in artifacts_of(batch.records):
                folder = artifact_folder(outbox, record.run_id)
                if folder / record.path not in kept:
                    _remove_file(folder, record)
    except (SpoolError, FileNotFoundError):
        pass
    file.path.unlink(missing_ok=True)


def _remove_file(folder: Path, record: ArtifactRecord) -> None:
    path = folder / record.path
    try:
        # One that was logged again since belongs to a later record.
        if path.stat().st_mtime_ns // 1_000_000 <= record.time:
            path.unlink()
            for parent in path.relative_to(folder.parent.parent).parents[:-1]:
                (folder.parent.parent / parent).rmdir()
    except OSError:
        return
