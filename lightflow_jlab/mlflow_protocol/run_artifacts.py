"""Which files a run has, by what is recorded of it."""

from __future__ import annotations

import mimetypes
import time

from sqlalchemy import Connection, delete, or_

from lightflow_jlab.contract.records import ArtifactRecord
from lightflow_jlab.errors import NotFoundError
from lightflow_jlab.mlflow_protocol import limits, messages, requests
from lightflow_jlab.mlflow_protocol.places import plain_path, run_location
from lightflow_jlab.store import contents, schema
from lightflow_jlab.store.commands import run_number
from lightflow_jlab.store.ingest import Ingest


def list_of_run(connection: Connection, asked: requests.RunArtifacts) -> messages.Files:
    """Answer what lies in a folder of a run, with paths from the run's root on."""
    run_id = limits.run_id(asked)
    _, experiment = run_number(connection, run_id)
    return messages.Files(
        root_uri=run_location(experiment, run_id), files=files(connection, run_id, asked.path or "")
    )


def files(connection: Connection, run_id: str, path: str) -> list[messages.FileInfo]:
    """Return what lies in a folder of a run; nothing where there is no such folder."""
    found = contents.artifacts(connection, run_id, plain_path(path.rstrip("/")) if path else "")
    return sorted(
        (
            messages.FileInfo(
                path=one.path,
                is_dir=one.is_dir,
                file_size=one.size_bytes or None,
            )
            for one in found
        ),
        key=lambda info: info.path,
    )


def check_run(connection: Connection, run_id: str) -> None:
    """Raises `NotFoundError`."""
    run_number(connection, run_id)


def record_file(connection: Connection, run_id: str, path: str, size_bytes: int) -> None:
    """Record a file that is whole in the run's folder."""
    check_run(connection, run_id)
    media_type = mimetypes.guess_type(path, strict=False)[0] or "application/octet-stream"
    now = time.time_ns() // 1_000_000
    ingest = Ingest(connection)
    ingest.add_artifact(ArtifactRecord(run_id, path, size_bytes, media_type, now))
    ingest.finish()


def forget_files(connection: Connection, run_id: str, path: str) -> None:
    """Forget a file, or all files of a folder. Raises `NotFoundError` where there is none."""
    number, _ = run_number(connection, run_id)
    table = schema.artifacts
    within = or_(table.c.path == path, table.c.path.startswith(f"{path}/", autoescape=True))
    condition = (table.c.run == number) & within if path else table.c.run == number
    if not connection.execute(delete(table).where(condition)).rowcount:
        raise NotFoundError(f"The run {run_id} has no artifact {path!r}.")
