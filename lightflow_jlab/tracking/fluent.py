"""The plain functions: `lf.start_run`, `lf.log_metric` and their like, named as MLflow's."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lightflow_jlab.config import destinations, locations
from lightflow_jlab.config.reproduction import REPRODUCES_TAG, reproduced_run
from lightflow_jlab.config.run_names import random_run_name
from lightflow_jlab.contract.limits import check_name, check_run_id, storable_text
from lightflow_jlab.contract.records import ExperimentRecord
from lightflow_jlab.contract.run_ids import new_run_id
from lightflow_jlab.contract.scalars import Origin
from lightflow_jlab.errors import InvalidTypeError, InvalidValueError
from lightflow_jlab.spool.format import RecordType
from lightflow_jlab.tracking import active, values
from lightflow_jlab.tracking.place import current_place
from lightflow_jlab.tracking.recorder import recorder_for, recorders
from lightflow_jlab.tracking.run import (
    NOTE_TAG,
    ActiveRun,
    EndStatus,
    Source,
    end_status,
    start_record,
)

EXPERIMENT_VARIABLE = "LIGHTFLOW_EXPERIMENT_NAME"
DEFAULT_EXPERIMENT = "Default"

_store: Path | None = None
_experiment: str | None = None
_stand_ins: dict[str, str] = {}
"""While a run is reproduced: what was made in the stead of which run."""


# --- where


def set_tracking_uri(uri: str | os.PathLike[str]) -> None:
    """Record elsewhere from now on. An active run stays where it is.

    Parameters
    ----------
    uri
        A store's folder, or the address of an MLflow or Lightflow server (`http://`, `https://`).
    """
    global _store
    if not isinstance(uri, str | os.PathLike):
        raise InvalidTypeError(f"The tracking URI is {uri!r}. Expected a folder or an address.")
    _store = destinations.recording_folder(uri)


def get_tracking_uri() -> str:
    """Return the folder of the store in use, or the server's address."""
    store = current_store()
    return destinations.server_of(store) or str(store)


def current_store() -> Path:
    """Return where runs are written: a store, or the outbox of a server."""
    if _store is not None:
        return _store
    uri = os.environ.get(locations.TRACKING_URI_VARIABLE)
    return destinations.recording_folder(uri) if uri else locations.find_store()


class ExperimentHandle:
    """An experiment by name. Its id is asked of the store when first read."""

    def __init__(self, name: str, store: Path) -> None:
        self.name = name
        self._store = store

    @property
    def experiment_id(self) -> str:
        from lightflow_jlab.tracking.reading import experiment_id_of

        return experiment_id_of(self.name, self._store)

    def __repr__(self) -> str:
        return f"<Experiment {self.name!r}>"


def set_experiment(
    experiment_name: str, *, description: str | None = None, tags: dict[str, Any] | None = None
) -> ExperimentHandle:
    """Let the runs that start from now on belong to this experiment; it is made if need be."""
    global _experiment
    name = check_name("experiment", experiment_name)
    checked = values.tag_values(tags or {})
    _experiment = name
    store = current_store()
    recorder_for(store).writer.record(
        RecordType.EXPERIMENT, ExperimentRecord(name, description, checked)
    )
    return ExperimentHandle(name, store)


def current_experiment() -> str:
    return _experiment or os.environ.get(EXPERIMENT_VARIABLE) or DEFAULT_EXPERIMENT


# --- runs


def start_run(
    run_id: str | None = None,
    experiment_id: str | None = None,
    run_name: str | None = None,
    nested: bool = False,
    parent_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    *,
    experiment_name: str | None = None,
    source: Source | None = None,
) -> ActiveRun:
    """Start a run, or go on with the one of `run_id`, and make it the active run.

    Use it as `with lf.start_run() as run:` or end it by `lf.end_run()`. A run started while another
    is active in the same thread becomes its child.

    Parameters
    ----------
    run_id
        Go on with this run instead of starting a new one.
    nested
        Accepted for MLflow's sake: nesting is decided by what is active.
    description
        The run's note, in markdown.
    """
    place = current_place() if source is None else None
    source = source or (place.source() if place else None)
    if run_id is not None and (known := _to_go_on_with(check_run_id(run_id))):
        run = _resume(known, tags, source)
    else:
        run = _start(
            experiment_id, run_name, parent_run_id, tags, description, experiment_name, source
        )
        if run_id is not None:
            _stand_ins[run_id] = run.info.run_id
    if place is not None:
        place.started(run)
    return run


def _start(
    experiment_id: str | None,
    run_name: str | None,
    parent_run_id: str | None,
    tags: Mapping[str, Any] | None,
    description: str | None,
    experiment_name: str | None,
    source: Source | None,
) -> ActiveRun:
    if experiment_id is not None and experiment_name is not None:
        raise InvalidValueError("Give either experiment_id or experiment_name, not both.")
    if experiment_id is not None:
        from lightflow_jlab.tracking.reading import experiment_name_of

        experiment_name = experiment_name_of(str(experiment_id), current_store())
    checked = _checked_tags(tags, description)
    parent = active.active()
    if parent_run_id is None and parent is not None:
        parent_run_id = parent.info.run_id
    first = reproduced_run()
    if parent_run_id is None and first is not None:
        parent_run_id, checked[REPRODUCES_TAG] = first, first
    record = start_record(
        run_id=new_run_id(),
        experiment_name=(
            check_name("experiment", experiment_name)
            if experiment_name is not None
            else current_experiment()
        ),
        run_name=check_name("run", run_name) if run_name is not None else random_run_name(),
        source=source or _script_source(),
        parent_run_id=check_run_id(parent_run_id) if parent_run_id is not None else None,
        tags=checked,
        resume=False,
        experiment_id=experiment_id,
    )
    run = ActiveRun(recorder_for(current_store()), record)
    active.enter(run)
    return run


def _to_go_on_with(run_id: str) -> str | None:
    """Return the run that is meant; None where a new one is to be made in its stead.

    While a run is reproduced its cells add nothing to runs that are there already.
    """
    first = reproduced_run()
    if first is None or active.was_entered(run_id):
        return run_id
    if run_id == first and (latest := active.last()):
        return latest.info.run_id
    return _stand_ins.get(run_id)


def _resume(run_id: str, tags: Mapping[str, Any] | None, source: Source | None) -> ActiveRun:
    for run in active.open_runs():
        if run.info.run_id == run_id:
            return run
    from lightflow_jlab.tracking.resumable import resumable_run

    known = resumable_run(run_id, current_store())
    record = start_record(
        run_id=run_id,
        experiment_name=current_experiment(),
        run_name=known.run_name,
        source=source or known.source,
        parent_run_id=known.parent_run_id,
        tags=_checked_tags(tags, None),
        resume=True,
        experiment_id=known.experiment_id,
    )
    run = ActiveRun(recorder_for(current_store()), record)
    run.go_on_from(known.last_steps)
    active.enter(run)
    return run


def _checked_tags(tags: Mapping[str, Any] | None, description: str | None) -> dict[str, str]:
    checked = {key: str(value) for key, value in values.tag_values(tags or {}).items()}
    if description is not None:
        checked[NOTE_TAG] = storable_text(description)
    return checked


def _script_source() -> Source:
    name = sys.argv[0] if sys.argv else ""
    if not name or name.startswith("-") or "IPython" in sys.modules:
        return Source()
    path = Path(name)
    try:
        return Source(source_name=path.resolve().relative_to(Path.cwd()).as_posix())
    except (ValueError, OSError):
        return Source(source_name=path.name)


def active_run() -> ActiveRun | None:
    """Return the run that this thread logs to, or None."""
    return active.active()


def last_active_run() -> ActiveRun | None:
    """Return the run that was last started in this process, ended or not."""
    return active.last()


def end_run(status: EndStatus = "FINISHED") -> None:
    """End the active run; without one, nothing happens."""
    if run := active.active():
        run.end(status)


def flush() -> None:
    """Return when all that this process recorded is on the disk. Raises OSError if it refuses."""
    for recorder in recorders():
        recorder.writer.sync()


def _run() -> ActiveRun:
    """Return the active run; one is started when there is none, as MLflow does."""
    return active.active() or start_run()


# --- logging to the active run


def log_metric(
    key: str, value: float, step: int | None = None, timestamp: int | None = None
) -> None:
    """Record one point of the active run; see `ActiveRun.log_metric`."""
    (active.active() or start_run()).log_metric(key, value, step, timestamp)


def log_metrics(
    metrics: Mapping[str, float], step: int | None = None, timestamp: int | None = None
) -> None:
    """Record one point of each of several metrics, all at one step."""
    _run().log_metrics(metrics, step, timestamp)


def log(data: Mapping[str, Any], step: int | None = None) -> None:
    """Record a dict: numbers as metrics at one step, figures and images as artifacts."""
    _run().log(data, step)


def log_param(key: str, value: Any, *, origin: Origin = "user") -> Any:
    """Record a param of the active run and return its value."""
    return _run().log_param(key, value, origin=origin)


def log_params(params: Mapping[str, Any], *, origin: Origin = "user") -> None:
    """Record several params; nested dicts become keys joined with a dot."""
    _run().log_params(params, origin=origin)


def set_tag(key: str, value: Any) -> None:
    """Set a tag of the active run, as text."""
    _run().set_tag(key, value)


def set_tags(tags: Mapping[str, Any]) -> None:
    """Set tags of the active run, as text."""
    _run().set_tags(tags)


def delete_tag(key: str) -> None:
    """Remove a tag of the active run."""
    _run().delete_tag(key)


def log_artifact(local_path: str | os.PathLike[str], artifact_path: str | None = None) -> None:
    """Copy a local file or folder into the active run."""
    _run().log_artifact(local_path, artifact_path)


def log_artifacts(local_dir: str | os.PathLike[str], artifact_path: str | None = None) -> None:
    """Copy what is in a local folder into the active run."""
    _run().log_artifacts(local_dir, artifact_path)


def log_text(text: str, artifact_file: str) -> None:
    """Keep a text as a file of the active run."""
    _run().log_text(text, artifact_file)


def log_dict(dictionary: Mapping[str, Any] | list[Any], artifact_file: str) -> None:
    """Keep a dict or list as a JSON or YAML file of the active run."""
    _run().log_dict(dictionary, artifact_file)


def log_figure(
    figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None
) -> None:
    """Keep a Matplotlib or Plotly figure as a file of the active run."""
    _run().log_figure(figure, artifact_file, save_kwargs=save_kwargs)


def log_image(
    image: Any, artifact_file: str | None = None, key: str | None = None, step: int | None = None
) -> None:
    """Keep a picture as a file of the active run; see `ActiveRun.log_image`."""
    _run().log_image(image, artifact_file, key, step)


def log_table(data: Any, artifact_file: str) -> None:
    """Keep a table as a `.csv`, `.json` or `.parquet` file of the active run."""
    _run().log_table(data, artifact_file)


def log_input(
    dataset: Any,
    context: str | None = None,
    tags: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
) -> None:
    """Record what data the active run takes in; see `ActiveRun.log_input`."""
    _run().log_input(dataset, context, tags, name=name)


@atexit.register
def _end_open_runs() -> None:
    """End what the program left open, by what the interpreter says of its end."""
    error = getattr(sys, "last_value", None)
    status = end_status(error)
    if "ipykernel" in sys.modules:
        # A kernel that shuts down ends its open runs by the user's will, not by their own end.
        error, status = None, "KILLED"
    for run in reversed(active.open_runs()):
        run.end(status, error)
