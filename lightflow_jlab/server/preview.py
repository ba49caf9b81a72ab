"""What a file looks like, without running or believing any of it."""

from __future__ import annotations

import codecs
import csv
import io
import json
from typing import Any, BinaryIO

from lightflow_jlab.contract.rest import Artifact, ArtifactPreview

MAX_TEXT_BYTES = 256 * 1024
MAX_ROWS = 200
MAX_IMAGE_BYTES = 20 * 1024 * 1024
IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_DELIMITERS = {".csv": ",", ".tsv": "\t"}


def preview(artifact: Artifact, file: BinaryIO, size_bytes: int) -> ArtifactPreview:
    """Return what to show of `file`, from at most `MAX_TEXT_BYTES` of it."""
    if image_type(artifact.path):
        return _shown(artifact, size_bytes, "image" if size_bytes <= MAX_IMAGE_BYTES else "none")
    data = file.read(MAX_TEXT_BYTES)
    truncated = size_bytes > len(data)
    text = _decode(data, truncated)
    if text is None:
        return _shown(artifact, size_bytes, "none")
    return (
        _table(artifact, text, size_bytes, truncated)
        or _json(artifact, text, size_bytes, truncated)
        or _shown(artifact, size_bytes, "text", text=text, truncated=truncated)
    )


def image_type(path: str) -> str | None:
    """Return the media type of a picture that is shown, by the file's name."""
    return IMAGE_TYPES.get(_extension(path))


def _extension(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    return f".{name.rsplit('.', 1)[-1].lower()}" if "." in name else ""


def _shown(
    artifact: Artifact,
    size_bytes: int,
    kind: str,
    *,
    text: str = "",
    columns: list[str] | None = None,
    rows: list[list[Any]] | None = None,
    truncated: bool = False,
) -> ArtifactPreview:
    return ArtifactPreview(
        path=artifact.path,
        kind=kind,
        media_type=image_type(artifact.path) or artifact.media_type,
        size_bytes=size_bytes,
        text=text,
        columns=columns or [],
        rows=rows or [],
        truncated=truncated,
    )


def _decode(data: bytes, truncated: bool) -> str | None:
    """Return the text; None for what is no UTF-8 text. A character cut in half is left out."""
    if b"\0" in data:
        return None
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=not truncated)
    except UnicodeDecodeError:
        return None


def _table(
    artifact: Artifact, text: str, size_bytes: int, truncated: bool
) -> ArtifactPreview | None:
    delimiter = _DELIMITERS.get(_extension(artifact.path))
    if delimiter is None:
        return None
    if truncated:
        text = text[: text.rfind("\n") + 1]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [row for row, _ in zip(lines, range(MAX_ROWS + 2), strict=False) if row]
    except csv.Error:
        return None
    if not rows:
        return None
    return _shown(
        artifact,
        size_bytes,
        "table",
        columns=rows[0],
        rows=list(rows[1 : MAX_ROWS + 1]),
        truncated=truncated or len(rows) > MAX_ROWS + 1,
    )


def _json(
    artifact: Artifact, text: str, size_bytes: int, truncated: bool
) -> ArtifactPreview | None:
    """Return JSON indented, or as the table that a table was kept as."""
    if truncated or _extension(artifact.path) != ".json":
        return None
    try:
        value = json.loads(text)
        if (table := _columns_and_rows(value)) is not None:
            columns, rows = table
            return _shown(
                artifact,
                size_bytes,
                "table",
                columns=columns,
                rows=rows[:MAX_ROWS],
                truncated=len(rows) > MAX_ROWS,
            )
        return _shown(
            artifact, size_bytes, "text", text=json.dumps(value, indent=2, ensure_ascii=False)
        )
    except (ValueError, RecursionError):
        return None


def _columns_and_rows(value: Any) -> tuple[list[str], list[list[Any]]] | None:
    match value:
        case {"columns": [*columns], "data": [*rows]} if all(
            isinstance(row, list) and len(row) == len(columns) for row in rows
        ):
            return [str(column) for column in columns], rows
    return None
