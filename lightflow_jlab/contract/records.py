"""Payloads of the spool's records, msgpack-encoded (scalar points are packed by `spool.format`).

A field may be added with a default, never removed or given another meaning: old spools are read
by new programs, and new ones by old programs, which ignore fields they don't know.
Times are in milliseconds since the epoch unless a name says otherwise.
"""

from __future__ import annotations

from msgspec import Struct

from lightflow_jlab.contract.scalars import Origin, ParamType, ParamValue, RunStatus


class Process(Struct, frozen=True, omit_defaults=True):
    """Who writes, so that an observer can tell whether it still lives."""

    host: str
    boot_id: str
    pid: int
    start_time: float
    """Process start in seconds since the epoch, as psutil gives it."""
    kernel_id: str = ""
    start_ticks: int = 0
    """Process start in clock ticks since the boot, which no change of the clock moves; or 0."""
    pid_namespace: str = ""
    """Within which `pid` means this process, where the system has several; or ''."""


class RunStart(Struct, frozen=True, omit_defaults=True):
    """A run begins, or goes on (`resume`) in another process or later."""

    run_id: str
    experiment_name: str
    run_name: str
    start_time: int
    user_id: str
    process: Process
    source_type: str = "LOCAL"
    source_name: str = ""
    cell_id: str = ""
    parent_run_id: str | None = None
    tags: dict[str, str] = {}
    resume: bool = False
    experiment_id: str | None = None
    """Set where the user named the experiment by its id."""


class RunEnd(Struct, frozen=True, omit_defaults=True):
    run_id: str
    status: RunStatus
    end_time: int
    error_type: str = ""
    error_message: str = ""
    dropped: int = 0


class ParamRecord(Struct, frozen=True, omit_defaults=True, array_like=True):
    key: str
    value: ParamValue
    """Text for `json`; integers beyond 64 bits are text with type `int`."""
    type: ParamType
    origin: Origin = "user"


class Params(Struct, frozen=True):
    run_id: str
    params: list[ParamRecord]


class Tags(Struct, frozen=True):
    """Tags to set; None removes one."""

    run_id: str
    tags: dict[str, str | None]


class MetricInfo(Struct, frozen=True):
    """Says of some metrics of a run who logs them."""

    run_id: str
    keys: list[str]
    origin: Origin


class ArtifactRecord(Struct, frozen=True):
    """A file that is whole in the run's artifact folder."""

    run_id: str
    path: str
    size_bytes: int
    media_type: str
    time: int


class DocumentRecord(Struct, frozen=True):
    """A text kept with a run under a kind; a later one of the same kind replaces it."""

    run_id: str
    kind: str
    media_type: str
    text: str


PARTLY_READ = "~"
NOT_READ = "?"
"""No value was read: the digest is of names, types and shape."""


class DatasetRecord(Struct, frozen=True, omit_defaults=True):
    """What some data are, never the data; names and digest as MLflow has them."""

    name: str
    digest: str
    """Of the values; begins with PARTLY_READ or NOT_READ where that is so."""
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None
    """`schema` and `profile` are JSON."""
    tags: dict[str, str] = {}


class Inputs(Struct, frozen=True):
    """A run took in some data."""

    run_id: str
    datasets: list[DatasetRecord]


class Execution(Struct, frozen=True, omit_defaults=True):
    """A cell was executed in the writer's kernel, tracked or not."""

    number: int
    """Counts the kernel's executions, from 0."""
    source_name: str
    """The notebook; '' where it is not known."""
    cell_id: str
    digest: str
    """Of the source, secrets taken out, see `source_digest.py`."""
    execution_count: int
    time: int
    """When it ended; 0 where it ran before anybody took note."""
    succeeded: bool
    source: str | None = None
    """Said once in a writer's log for each digest."""


class ExperimentRecord(Struct, frozen=True, omit_defaults=True):
    """An experiment is named; made when it is not there."""

    name: str
    description: str | None = None
    tags: dict[str, str | None] = {}


class Heartbeat(Struct, frozen=True):
    time: int
    dropped: int


class WriterGone(Struct, frozen=True):
    """Said by who sends a log on: the process that wrote it is gone and did not end its runs."""

    last_sign: int
