"""What the REST API answers and takes. Answers have no defaults; patches use `UNSET`."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from lightflow_jlab.contract.scalars import (
    Lifecycle,
    Number,
    Origin,
    ParamType,
    RunStatus,
)


class Experiment(Struct, frozen=True):
    experiment_id: str
    name: str
    description: str
    lifecycle_stage: Lifecycle
    creation_time: int
    last_update_time: int
    run_count: int | None
    """Runs that are not deleted; None where a server doesn't tell."""
    tags: dict[str, str]
    seq: int


class ExperimentList(Struct, frozen=True):
    experiments: list[Experiment]
    seq: int


class ExperimentCreate(Struct, forbid_unknown_fields=True):
    name: str
    description: str = ""


class ExperimentPatch(Struct, forbid_unknown_fields=True):
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    tags: dict[str, str | None] | UnsetType = UNSET
    """Tags to set; a tag whose value is null is removed."""


class Param(Struct, frozen=True):
    key: str
    value: bool | int | float | str | None
    """As typed by the user; text for `json`, for non-finite floats and for integers over 2**53."""
    type: ParamType
    origin: Origin


class Metric(Struct, frozen=True):
    """A metric's summary: never its history. NaN never is a minimum or maximum."""

    key: str
    count: int | None
    """None where a server tells the last point only: `first` is what `last` is then."""
    first: Number
    last: Number
    last_step: int
    last_time: int
    min: Number | None
    """None where every point is NaN, or where `count` is None."""
    min_step: int
    max: Number | None
    max_step: int
    origin: Origin


class RunError(Struct, frozen=True):
    type: str
    message: str


class Run(Struct, frozen=True):
    """A run as lists and details show it."""

    run_id: str
    run_name: str
    experiment_id: str
    status: RunStatus
    start_time: int
    end_time: int | None
    lifecycle_stage: Lifecycle
    user_id: str
    source_type: str
    """NOTEBOOK, JOB, PROJECT or LOCAL."""
    source_name: str
    """Notebook path or script name, relative where it can be; empty when unknown."""
    cell_id: str
    attempt: int
    """1 for the first run of a cell; 0 where there is no cell."""
    parent_run_id: str | None
    note: str
    """Markdown."""
    error: RunError | None
    params: list[Param]
    metrics: list[Metric]
    tags: dict[str, str]
    dropped: int
    """Points that could not be recorded."""
    seq: int


class RunPage(Struct, frozen=True):
    runs: list[Run]
    total: int
    """Rows over all pages: runs that stand under others are not counted."""
    matched: int
    """All runs that match."""
    more_exist: bool
    """A server doesn't count them: `total` and `matched` are those known of, and one more."""
    child_counts: dict[str, int]
    """Of the runs that stand under a run, by its id; none where nothing is nested."""
    attempt_counts: dict[str, int]
    """Of the attempts folded into a run, itself among them, by its id; none where it is one."""
    offset: int
    seq: int


class RunIds(Struct, frozen=True):
    run_ids: list[str]
    total: int
    """Runs that match, over all pages."""


class GroupedMetric(Struct, frozen=True):
    """The last values of one metric in a group of runs; NaN is left out."""

    key: str
    count: int
    min: Number
    max: Number
    mean: Number


class RunGroup(Struct, frozen=True):
    value: str | None
    """None for the runs that have no value of what is grouped by."""
    label: str
    """What is shown: the value, or the name of the parent or experiment."""
    run_count: int
    last_start_time: int
    metrics: list[GroupedMetric]


class RunGroups(Struct, frozen=True):
    groups: list[RunGroup]
    total: int
    """Groups over all pages."""
    matched: int
    """All runs that match."""
    offset: int
    seq: int


class RunKeys(Struct, frozen=True):
    """The keys that some runs carry, for column choosers and completion; sorted."""

    params: list[str]
    metrics: list[str]
    tags: list[str]


class TrashedRun(Struct, frozen=True):
    run_id: str
    run_name: str
    experiment_id: str
    deleted_time: int
    artifact_bytes: int
    point_bytes: int
    kept: bool
    """It stays when the trash is emptied: it still logs, or a registered model needs its files."""


class Trash(Struct, frozen=True):
    """Deleted runs, the last deleted first."""

    runs: list[TrashedRun]
    size_bytes: int
    """Of what emptying removes."""
    seq: int


class Completion(Struct, frozen=True):
    text: str
    kind: Literal["key", "operator", "value", "word"]


class FilterHints(Struct, frozen=True):
    """What is wrong with a filter, and what may be written at a place in it."""

    position: int | None
    """Where the first mistake is, from 0; None where the filter is understood or blank."""
    reason: str
    allowed: list[str]
    """What could stand at the mistake: words and signs, or what they stand for (`a number`)."""
    start: int
    """Where the word begins that a completion replaces, up to the asked place."""
    completions: list[Completion]


class RunPatch(Struct, forbid_unknown_fields=True):
    run_name: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    tags: dict[str, str | None] | UnsetType = UNSET
    """Tags to set; a tag whose value is null is removed."""

    seen: dict[str, str | None] | UnsetType = UNSET
    """What the author saw: `run_name`, `note`, `tags.<key>`, null where there was no such tag.

    Where one of them is another by now, nothing is changed and the answer is `EditConflict`."""


class EditConflict(Struct, frozen=True):
    """Somebody else has changed what was to be changed."""

    error_code: str
    message: str
    present: dict[str, str | None]
    """What stands there now, by the names of `RunPatch.seen`."""


class RunsPatch(Struct, forbid_unknown_fields=True):
    """One change of many runs, all or nothing."""

    run_ids: list[str]
    lifecycle_stage: Lifecycle | UnsetType = UNSET
    """`deleted` puts them into the trash, `active` brings them back."""
    tags: dict[str, str | None] | UnsetType = UNSET
    """Tags to set; a tag whose value is null is removed."""


class RunsChanged(Struct, frozen=True):
    run_count: int
    former_tags: dict[str, dict[str, str | None]]
    """By run id, what the tags were before; null where there was no such tag."""


class ServerStatus(Struct, frozen=True):
    version: str
    store_id: str
    seq: int
    running: int
    """Runs that are RUNNING or STALLED."""
    warnings: list[str]
    """What the user should know: a store that can't be written, dropped points."""


class ApiError(Struct, frozen=True):
    error_code: str
    message: str
