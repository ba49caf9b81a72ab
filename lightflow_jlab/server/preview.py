"""What a file looks like, without running or believing any of it."""

from __future__ import annotations

import codecs
import json
from typing import Any, BinaryIO

from lightflow_jlab.contract.contents import Artifact, ArtifactPreview
from lightflow_jlab.server.table_pages import (
    PAGE_ROWS,
    TablePage,
    can_read_parquet,
    csv_page,
    parquet_page,
)

MAX_TEXT_BYTES = 256 * 1024
MAX_NOTEBOOK_BYTES = 4 * 1024 * 1024
MAX_FETCHED_BYTES = 20 * 1024 * 1024
IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
AUDIO_TYPES = {
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
}
_TEXT_KINDS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".htm": "html",
    ".html": "html",
    ".ipynb": "notebook",
}
_DELIMITERS = {".csv": ",", ".tsv": "\t"}


def preview(artifact: Artifact, file: BinaryIO, size_bytes: int, start: int = 0) -> ArtifactPreview:
    """Return what to show of `file`, from at most `MAX_TEXT_BYTES` of it.

    Parameters
    ----------
    start
        Where a page of a table begins, as the page before it said.
    """
    ending = _extension(artifact.path)
    fetched = _fetched_kind(ending)
    if fetched is not None:
        return _shown(artifact, size_bytes, fetched if size_bytes <= MAX_FETCHED_BYTES else "none")
    if ending == ".parquet":
        return _parquet(artifact, file, size_bytes, start)
    limit = MAX_NOTEBOOK_BYTES if ending == ".ipynb" else MAX_TEXT_BYTES
    file.seek(start)
    data = file.read(limit)
    truncated = size_bytes > start + len(data)
    text = _decode(data, truncated)
    if text is None:
        return _shown(artifact, size_bytes, "none")
    delimiter = _DELIMITERS.get(ending)
    if delimiter is not None:
        page = csv_page(data, text, delimiter, start, size_bytes)
        if page is not None:
            return _page(artifact, size_bytes, page)
    if ending == ".json" and not truncated:
        found = _json(artifact, text, size_bytes)
        if found is not None:
            return found
    kind = "text" if ending == ".ipynb" and truncated else _TEXT_KINDS.get(ending, "text")
    return _shown(artifact, size_bytes, kind, text=text, truncated=truncated)


def _fetched_kind(ending: str) -> str | None:
    """Return as what the browser shows the content of such a file; None where we read it."""
    if ending in IMAGE_TYPES:
        return "image"
    if ending in AUDIO_TYPES:
        return "audio"
    return "pdf" if ending == ".pdf" else None


def _parquet(artifact: Artifact, file: BinaryIO, size_bytes: int, start: int) -> ArtifactPreview:
    if not can_read_parquet():
        reason = "Parquet files are shown where the server has pyarrow: pip install pyarrow."
        return _shown(artifact, size_bytes, "none", text=reason)
    page = parquet_page(file, start)
    if page is None:
        return _shown(artifact, size_bytes, "none")
    return _page(artifact, size_bytes, page)


def _page(artifact: Artifact, size_bytes: int, page: TablePage) -> ArtifactPreview:
    return _shown(
        artifact,
        size_bytes,
        "table",
        columns=page.columns,
        rows=page.rows,
        truncated=page.next_start is not None,
        next_start=page.next_start,
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
    next_start: int | None = None,
) -> ArtifactPreview:
    known = image_type(artifact.path) or AUDIO_TYPES.get(_extension(artifact.path))
    return ArtifactPreview(
        path=artifact.path,
        kind=kind,
        media_type=known or artifact.media_type,
        size_bytes=size_bytes,
        text=text,
        columns=columns or [],
        rows=rows or [],
        truncated=truncated,
        next_start=next_start,
    )


def _decode(data: bytes, truncated: bool) -> str | None:
    """Return the text; None for what is no UTF-8 text. A character cut in half is left out."""
    if b"\0" in data:
        return None
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=not truncated)
    except UnicodeDecodeError:
        return None


def _json(artifact: Artifact, text: str, size_bytes: int) -> ArtifactPreview | None:
    """Return JSON indented, or as the table that a table was kept as; None for what is none."""
    try:
        value = json.loads(text)
        if (table := _columns_and_rows(value)) is not None:
            columns, rows = table
            return _shown(
                artifact,
                size_bytes,
                "table",
                columns=columns,
                rows=rows[:PAGE_ROWS],
                truncated=len(rows) > PAGE_ROWS,
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
