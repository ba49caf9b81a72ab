"""What is kept with a run: histories, documents, datasets, files."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from lightflow_jlab.contract.rest import Run
from lightflow_jlab.contract.scalars import Number


class DocumentInfo(Struct, frozen=True):
    """A text kept with a run: `source`, `environment`, `git_diff`, `stdout`, `stderr`, …"""

    kind: str
    size_bytes: int
    media_type: str


class Dataset(Struct, frozen=True):
    """What is known of data that a run used; never their rows."""

    name: str
    digest: str
    """Begins with `~` where only a part was read for it."""
    context: str
    """What they were used for, such as `training`; empty where it was not said."""
    shape: str
    """Rows and columns, `1,000 × 4`; empty where they are not known."""
    source: str
    """JSON, as the client wrote it."""
    schema: str | None
    """JSON, as the client wrote it."""


class RunDetail(Struct, frozen=True):
    run: Run
    datasets: list[Dataset]
    documents: list[DocumentInfo]
    artifact_count: int
    artifact_bytes: int


class Document(Struct, frozen=True):
    kind: str
    media_type: str
    text: str
    truncated: bool


class Series(Struct, frozen=True):
    """Points of one metric of one run as columns, in step order (ties in order of arrival)."""

    run_id: str
    key: str
    steps: list[int]
    values: list[Number]
    times: list[int]
    count: int
    """Points in the asked window before down-sampling."""
    total: int
    """Points of the whole metric: what a live update continues from."""
    downsampled: bool


class SeriesList(Struct, frozen=True):
    series: list[Series]
    seq: int


class Artifact(Struct, frozen=True):
    path: str
    """Relative to the run's artifact folder, with `/`."""
    is_dir: bool
    size_bytes: int
    """0 for a folder."""
    media_type: str
    """Empty for a folder."""


class ArtifactList(Struct, frozen=True):
    run_id: str
    path: str
    artifacts: list[Artifact]


class ArtifactPreview(Struct, frozen=True):
    """What a file looks like; `kind` says which fields hold it.

    `text`, `markdown`, `html` and `notebook` (JSON): text. `table`: columns and rows. `image`,
    `audio` and `pdf`: fetch the content. `none`: binary; `text` may say why.
    """

    path: str
    kind: str
    media_type: str
    size_bytes: int
    text: str
    columns: list[str]
    rows: list[list[Any]]
    truncated: bool
    next_start: int | None
    """`start` of the table's next page; None where there is none."""
