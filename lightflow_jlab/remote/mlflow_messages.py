"""What an MLflow server answers, as far as it is shown here; anything else in it is passed over."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from lightflow_jlab.contract.scalars import Lifecycle
from lightflow_jlab.remote.failures import UnreachableError

T = TypeVar("T")


class Pair(Struct):
    key: str
    value: str = ""


class Point(Struct):
    value: float | str
    """Words for what JSON has no number for."""
    timestamp: int = 0
    step: int = 0


class LastPoint(Point, kw_only=True):
    key: str


class RunInfo(Struct):
    run_id: str
    experiment_id: str
    run_name: str = ""
    user_id: str = ""
    status: Literal["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"] = "FINISHED"
    start_time: int = 0
    end_time: int | None = None
    lifecycle_stage: Lifecycle = "active"
    artifact_uri: str = ""


class RunData(Struct):
    metrics: list[LastPoint] = []
    params: list[Pair] = []
    tags: list[Pair] = []


class Dataset(Struct):
    name: str
    digest: str
    source_type: str = ""
    source: str = ""
    schema: str | None = None
    profile: str | None = None


class DatasetInput(Struct):
    dataset: Dataset
    tags: list[Pair] = []


class RunInputs(Struct):
    dataset_inputs: list[DatasetInput] = []


class Run(Struct):
    info: RunInfo
    data: RunData = msgspec.field(default_factory=RunData)
    inputs: RunInputs = msgspec.field(default_factory=RunInputs)


class Experiment(Struct):
    experiment_id: str
    name: str
    lifecycle_stage: Lifecycle = "active"
    creation_time: int = 0
    last_update_time: int = 0
    tags: list[Pair] = []


class FileInfo(Struct):
    path: str
    is_dir: bool = False
    file_size: int = 0


def understood(answer: Any, kind: type[T], uri: str) -> T:
    """Return a part of an answer as a struct. Raises `UnreachableError`."""
    try:
        # Numbers may stand there as texts.
        return msgspec.convert(answer, kind, strict=False)
    except msgspec.ValidationError as error:
        raise UnreachableError(
            f"{uri} answers something that MLflow's protocol doesn't have: {error}."
        ) from None
