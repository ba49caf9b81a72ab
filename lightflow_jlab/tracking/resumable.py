"""What has to be known of a run to go on with it, wherever it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lightflow_jlab.config.destinations import is_outbox
from lightflow_jlab.tracking.run import Source


@dataclass(frozen=True)
class ResumableRun:
    run_name: str
    experiment_id: str
    parent_run_id: str | None
    source: Source
    last_steps: dict[str, int]
    """By metric."""


def resumable_run(run_id: str, folder: Path) -> ResumableRun:
    """Look a run up in a store, or on the server of an outbox. Raises `NotFoundError`."""
    if is_outbox(folder):
        from lightflow_jlab.tracking.server_reading import resumable_run as on_server

        return on_server(folder, run_id)
    from lightflow_jlab.tracking.reading import stored_run

    known = stored_run(run_id, folder)
    return ResumableRun(
        known.run_name,
        known.experiment_id,
        known.parent_run_id,
        Source(known.source_type, known.source_name, known.cell_id),
        {metric.key: metric.last_step for metric in known.metrics},
    )
