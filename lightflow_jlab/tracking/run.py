"""A run that is being recorded."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from lightflow_jlab.config.locations import artifact_folder
from lightflow_jlab.contract.limits import check_key, storable_text
from lightflow_jlab.contract.records import (
    DocumentRecord,
    MetricInfo,
    ParamRecord,
    Params,
    RunEnd,
    RunStart,
    Tags,
)
from lightflow_jlab.contract.rest import RunError
from lightflow_jlab.contract.scalars import Origin, RunStatus
from lightflow_jlab.errors import ConflictError, InvalidTypeError, InvalidValueError
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.tracking import values
from lightflow_jlab.tracking.artifacts import ArtifactLogging
from lightflow_jlab.tracking.inputs import InputLogging
from lightflow_jlab.tracking.media import sort_out
from lightflow_jlab.tracking.process import this_process, user_name
from lightflow_jlab.tracking.recorder import Recorder

EndStatus = Literal["FINISHED", "FAILED", "KILLED"]
NOTE_TAG = "mlflow.note.content"
MAX_ERROR_LENGTH = 2_000
_MILLION = 1_000_000


@dataclass(frozen=True)
class Source:
    """Where a run comes from."""

    source_type: str = "LOCAL"
    """NOTEBOOK, JOB, PROJECT or LOCAL."""
    source_name: str = ""
    cell_id: str = ""


@dataclass
class RunInfo:
    """What is known of a run without asking the store; times in ms since the epoch."""

    run_id: str
    run_name: str
    experiment_name: str
    status: RunStatus
    start_time: int
    end_time: int | None
    artifact_uri: str
    parent_run_id: str | None = None


@dataclass
class _Slot:
    """A metric as this run logs it: its number in the log, and the step that comes next."""

    number: int
    next_step: int = field(default=0)
    last: float | None = None
    origin: Origin = "user"


class ActiveRun(ArtifactLogging, InputLogging):
    """A run being recorded; a context manager that ends it. Methods may be called by any thread.

    What a method takes was recorded when it returns: it survives the death of the process.
    """

    def __init__(self, recorder: Recorder, start: RunStart) -> None:
        self.info = RunInfo(
            run_id=start.run_id,
            run_name=start.run_name,
            experiment_name=start.experiment_name,
            status="RUNNING",
            start_time=start.start_time,
            end_time=None,
            artifact_uri=str(artifact_folder(recorder.store, start.run_id)),
            parent_run_id=start.parent_run_id,
        )
        self.is_resumed = start.resume
        self.store = recorder.store
        self._recorder = recorder
        self._writer = recorder.writer
        self.error: RunError | None = None
        """What ended the run, where it failed."""
        self.step: int | None = None
        """The step of metrics that are logged without one; None where each counts by itself."""
        self.before_end: list[Callable[[], None]] = []
        """Called once when the run ends, while it can still be logged to. They never raise."""
        self._pid = os.getpid()
        self.params: dict[str, ParamRecord] = {}
        """What was logged until now."""
        self._slots: dict[str, _Slot] = {}
        self._dropped_before = self._writer.dropped
        self._writer.record(RecordType.RUN_START, start)
        self._number = self._writer.define_run(start.run_id)
        if recorder.delivery is not None:
            recorder.delivery.begin()
        self._point = self._writer.point

    @property
    def spool_folders(self) -> list[Path]:
        """Where this run's log may be, in order of preference."""
        return self._recorder.spool_folders

    @property
    def writer_id(self) -> str:
        """The id in the names of this process's log files."""
        return self._writer.writer_id

    @property
    def metric_keys(self) -> frozenset[str]:
        """The metrics logged so far, by anyone; empty once the run has ended."""
        return frozenset(self._slots)

    @property
    def last_values(self) -> dict[str, tuple[float, Origin]]:
        """The last value of each metric, and who logged it; empty once the run has ended."""
        slots = self._slots.items()
        return {key: (slot.last, slot.origin) for key, slot in slots if slot.last is not None}

    def go_on_from(self, last_steps: Mapping[str, int]) -> None:
        """Let the metrics of a resumed run count on from their last steps."""
        for key, step in last_steps.items():
            self._open_slot(key, "user").next_step = step + 1

    # --- metrics

    def log_metric(
        self,
        key: str,
        value: float,
        step: int | None = None,
        timestamp: int | None = None,
        *,
        origin: Origin = "user",
    ) -> None:
        """Record one point.

        Parameters
        ----------
        step
            By default one more than this run's last step of the same metric, from 0.
        timestamp
            Milliseconds since the epoch; now by default.
        """
        try:
            slot = self._slots[key]
        except (KeyError, TypeError):
            slot = self._open_slot(key, origin)
        if type(value) is not float:
            value = values.as_number(key, value)
        if step is None:
            step = slot.next_step if self.step is None else self.step
        elif type(step) is not int or not -(2**63) <= step < 2**63 - 1:
            step = values.as_step(step)
        slot.next_step = step + 1
        slot.last = value
        if timestamp is None:
            timestamp = time.time_ns() // _MILLION
        elif type(timestamp) is not int or not -(2**63) <= timestamp < 2**63:
            timestamp = values.as_timestamp(timestamp)
        self._point(self._number, slot.number, step, timestamp, value)

    def log_metrics(
        self,
        metrics: Mapping[str, float],
        step: int | None = None,
        timestamp: int | None = None,
        *,
        origin: Origin = "user",
    ) -> None:
        """Record one point of each of several metrics, all at one step.

        Without `step`, they take the highest step that any of them would take next.
        """
        if not isinstance(metrics, Mapping):
            raise InvalidTypeError(
                f"The metrics are {metrics!r:.60}. Expected a dict, for example {{'loss': 0.1}}."
            )
        numbers = [
            value if type(value) is float else values.as_number(key, value)
            for key, value in metrics.items()
        ]
        try:
            slots = [self._slots[key] for key in metrics]
        except KeyError:
            slots = [self._slots.get(key) or self._open_slot(key, origin) for key in metrics]
        if not slots:
            return
        if step is None:
            at = self.step if self.step is not None else max([slot.next_step for slot in slots])
        else:
            at = values.as_step(step)
        for slot, number in zip(slots, numbers, strict=True):
            slot.next_step = at + 1
            slot.last = number
        when = time.time_ns() // _MILLION if timestamp is None else values.as_timestamp(timestamp)
        self._writer.points(self._number, at, when, [slot.number for slot in slots], numbers)

    def log(self, data: Mapping[str, Any], step: int | None = None) -> None:
        """Record a dict: its numbers as metrics at one step, figures and images as artifacts.

        Nested dicts become keys joined with `/`.
        """
        metrics: dict[str, float] = {}
        media: dict[str, Any] = {}
        sort_out("", data, metrics, media)
        self.log_metrics(metrics, step)
        for key, value in media.items():
            self.log_media(key, value, step)

    def _open_slot(self, key: object, origin: Origin) -> _Slot:
        name = check_key("metric", key)
        if self.info.status != "RUNNING":
            raise ConflictError(
                f"The run {self.info.run_name!r} has ended ({self.info.status}). "
                f"Go on with it by lf.start_run(run_id={self.info.run_id!r})."
            )
        if origin != "user":
            self._writer.record(
                RecordType.METRIC_INFO, MetricInfo(self.info.run_id, [name], origin)
            )
        slot = self._slots[name] = _Slot(self._writer.define_key(name), origin=origin)
        return slot

    # --- params, tags, documents

    def log_param(self, key: str, value: object, *, origin: Origin = "user") -> Any:
        """Record a param and return its value. Numbers stay numbers; a later value replaces."""
        self.log_params({key: value}, origin=origin)
        return value

    def log_params(self, params: Mapping[str, object], *, origin: Origin = "user") -> None:
        """Record several params; nested dicts become keys joined with a dot."""
        if records := values.param_records(params, origin):
            self._check_running()
            self._writer.record(RecordType.PARAMS, Params(self.info.run_id, records))
            self.params |= {record.key: record for record in records}

    def set_tag(self, key: str, value: object) -> None:
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Set tags, as text. An ended run can still be tagged."""
        if checked := values.tag_values(tags):
            self._writer.record(RecordType.TAGS, Tags(self.info.run_id, checked))

    def delete_tag(self, key: str) -> None:
        check_key("tag", key)
        self._writer.record(RecordType.TAGS, Tags(self.info.run_id, {key: None}))

    def log_document(self, kind: str, text: str, media_type: str = "text/plain") -> None:
        """Keep a text with the run: `source`, `environment`, `git_diff`, `stdout`, …"""
        self._writer.record(
            RecordType.DOCUMENT,
            DocumentRecord(self.info.run_id, kind, media_type, storable_text(text)),
        )

    # --- its end

    def flush(self) -> None:
        """Return when all that was recorded is on the disk. Raises OSError if it refuses."""
        self._writer.sync()

    def end(self, status: EndStatus = "FINISHED", error: BaseException | None = None) -> None:
        """End the run, and make the one around it active again.

        A second call ends nothing, and neither does one in a forked child.
        """
        from lightflow_jlab.tracking.active import leave

        if status not in ("FINISHED", "FAILED", "KILLED"):
            raise InvalidValueError(
                f"A run can't end as {status!r}. Expected 'FINISHED', 'FAILED' or 'KILLED'."
            )
        leave(self)
        if self.info.status != "RUNNING" or self._pid != os.getpid():
            return
        while self.before_end:
            self.before_end.pop()()
        self.info.status = status
        self.info.end_time = time.time_ns() // _MILLION
        self._slots.clear()
        if error is not None:
            message = storable_text(_text_of(error))[:MAX_ERROR_LENGTH]
            self.error = RunError(type(error).__name__, message)
        self._writer.record(
            RecordType.RUN_END,
            RunEnd(
                self.info.run_id,
                status,
                self.info.end_time,
                error_type=self.error.type if self.error else "",
                error_message=self.error.message if self.error else "",
                dropped=self._writer.dropped - self._dropped_before,
            ),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end(end_status(error), error if end_status(error) != "FINISHED" else None)

    def __repr__(self) -> str:
        info = self.info
        return f"<ActiveRun {info.run_name} ({info.run_id}) {info.status}>"

    def _check_running(self) -> None:
        if self.info.status != "RUNNING":
            raise ConflictError(
                f"The run {self.info.run_name!r} has ended ({self.info.status}). "
                f"Go on with it by lf.start_run(run_id={self.info.run_id!r})."
            )


def end_status(error: BaseException | None) -> EndStatus:
    """Return the state in which an exception leaves a run."""
    if error is None or isinstance(error, GeneratorExit):
        return "FINISHED"
    if isinstance(error, SystemExit):
        return "FINISHED" if error.code in (None, 0) else "FAILED"
    return "KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED"


def start_record(
    *,
    run_id: str,
    experiment_name: str,
    run_name: str,
    source: Source,
    parent_run_id: str | None,
    tags: dict[str, str],
    resume: bool,
    experiment_id: str | None,
) -> RunStart:
    """Return the record that begins a run in this process, now."""
    return RunStart(
        run_id=run_id,
        experiment_name=experiment_name,
        run_name=run_name,
        start_time=time.time_ns() // _MILLION,
        user_id=user_name(),
        process=this_process(),
        source_type=source.source_type,
        source_name=storable_text(source.source_name),
        cell_id=source.cell_id,
        parent_run_id=parent_run_id,
        tags=tags,
        resume=resume,
        experiment_id=experiment_id,
    )


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the user's exception may not print itself
        return "(its message could not be read)"
