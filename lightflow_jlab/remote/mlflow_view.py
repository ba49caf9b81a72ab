"""Runs of an MLflow server as the panel shows runs: what the server doesn't tell is left open."""

from __future__ import annotations

import math
import mimetypes
import sys

import msgspec

from lightflow_jlab.contract.contents import Artifact, Dataset
from lightflow_jlab.contract.rest import Experiment, Metric, Run, RunPage
from lightflow_jlab.contract.scalars import encode_number
from lightflow_jlab.remote import mlflow_messages as messages
from lightflow_jlab.store.assemble import param_of
from lightflow_jlab.store.logged_runs import UsedDataset
from lightflow_jlab.store.objects import shown_dataset
from lightflow_jlab.store.recording import typed_param
from lightflow_jlab.store.run_tags import NOTE_TAG, PARENT_TAG, TAG_COLUMNS


def experiment_of(found: messages.Experiment) -> Experiment:
    tags = _pairs(found.tags)
    return Experiment(
        experiment_id=found.experiment_id,
        name=found.name,
        description=tags.pop(NOTE_TAG, ""),
        lifecycle_stage=found.lifecycle_stage,
        creation_time=found.creation_time,
        last_update_time=found.last_update_time,
        run_count=None,
        tags=tags,
        seq=0,
    )


def run_of(found: messages.Run) -> Run:
    info, tags = found.info, _pairs(found.data.tags)
    columns = {
        column: tags.pop(tag, "") for tag, column in TAG_COLUMNS.items() if tag != PARENT_TAG
    }
    return Run(
        run_id=info.run_id,
        run_name=info.run_name or columns["run_name"] or info.run_id[:8],
        experiment_id=info.experiment_id,
        status=info.status,
        start_time=info.start_time,
        end_time=info.end_time,
        lifecycle_stage=info.lifecycle_stage,
        user_id=info.user_id,
        source_type=columns["source_type"],
        source_name=columns["source_name"],
        cell_id=columns["cell_id"],
        attempt=0,
        parent_run_id=tags.pop(PARENT_TAG, None),
        note=columns["note"],
        error=None,
        params=[
            param_of(one.key, one.value, typed_param(one.key, one.value).type, "user")
            for one in sorted(found.data.params, key=lambda pair: pair.key)
        ],
        metrics=[_metric(one) for one in sorted(found.data.metrics, key=lambda last: last.key)],
        tags=tags,
        dropped=0,
        seq=0,
    )


def page_of(runs: list[Run], total: int, more_exist: bool = False, offset: int = 0) -> RunPage:
    """Return a page without what a server tells nothing of: nesting, attempts, changes."""
    return RunPage(
        runs=runs,
        total=total,
        matched=total,
        more_exist=more_exist,
        child_counts={},
        attempt_counts={},
        offset=offset,
        seq=0,
    )


def datasets_of(found: messages.Run) -> list[Dataset]:
    return [
        shown_dataset(UsedDataset(**msgspec.structs.asdict(use.dataset), tags=_pairs(use.tags)))
        for use in found.inputs.dataset_inputs
    ]


def artifact_of(found: messages.FileInfo) -> Artifact:
    if found.is_dir:
        return Artifact(path=found.path, is_dir=True, size_bytes=0, media_type="")
    return file_of(found.path, found.file_size)


def file_of(path: str, size_bytes: int) -> Artifact:
    media_type = mimetypes.guess_type(path, strict=False)[0] or "application/octet-stream"
    return Artifact(path=path, is_dir=False, size_bytes=size_bytes, media_type=media_type)


def value_of(point: messages.Point) -> float:
    """Return a metric's value; MLflow keeps the infinities as the largest numbers."""
    try:
        value = float(point.value)
    except ValueError:
        return math.nan
    return math.copysign(math.inf, value) if abs(value) == sys.float_info.max else value


def _metric(last: messages.LastPoint) -> Metric:
    value = encode_number(value_of(last))
    return Metric(
        key=last.key,
        count=None,
        first=value,
        last=value,
        last_step=last.step,
        last_time=last.timestamp,
        min=None,
        min_step=last.step,
        max=None,
        max_step=last.step,
        origin="user",
    )


def _pairs(items: list[messages.Pair]) -> dict[str, str]:
    return {one.key: one.value for one in items}
