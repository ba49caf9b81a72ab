"""Runs as the importer hands them to a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from lightflow_jlab.contract.records import (
    DocumentRecord,
    ParamRecord,
    Params,
    Process,
    RunEnd,
    RunStart,
)
from lightflow_jlab.contract.scalars import ParamType
from lightflow_jlab.store import Store
from lightflow_jlab.store.chunks import Columns
from lightflow_jlab.store.ingest import Ingest

WRITER = "00112233445566778899aabbccddeeff"
START = 1_700_000_000_000
PROCESS = Process(host="elsewhere", boot_id="", pid=1, start_time=0.0)
_TYPES: dict[type, ParamType] = {bool: "bool", int: "int", float: "float", str: "str"}


@cache
def _blank_database() -> bytes:
    with TemporaryDirectory() as folder:
        Store.open(Path(folder)).close()
        return (Path(folder) / "lightflow.db").read_bytes()


@contextmanager
def blank_store() -> Iterator[Store]:
    """Give a store in a folder of its own, for tests that need hundreds of them."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "lightflow.db").write_bytes(_blank_database())
        store = Store.open(Path(folder))
        try:
            yield store
        finally:
            store.close()


def run_id(number: int) -> str:
    return f"{number:032x}"


def columns(
    values: Sequence[float], steps: Sequence[int] | None = None, times: Sequence[int] | None = None
) -> Columns:
    """Return points; by default of the steps from 0, one a second."""
    steps = range(len(values)) if steps is None else steps
    times = [START + 1000 * at for at in range(len(values))] if times is None else times
    return Columns(
        np.array(steps, np.int64), np.array(values, np.float64), np.array(times, np.int64)
    )


def record_run(
    ingest: Ingest,
    number: int,
    *,
    name: str = "",
    experiment: str = "digits",
    start_time: int = START,
    end_time: int | None = START + 60_000,
    status: Any = "FINISHED",
    user: str = "ada",
    params: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Sequence[float]] | None = None,
    tags: Mapping[str, str] | None = None,
    documents: Mapping[str, str] | None = None,
    **place: str,
) -> str:
    """Record a run and return its id; without an end it is RUNNING.

    `place` is the rest of `RunStart`: `source_name`, `cell_id` …
    """
    identity = run_id(number)
    start = RunStart(
        run_id=identity,
        experiment_name=experiment,
        run_name=name or f"run-{number}",
        start_time=start_time,
        user_id=user,
        process=PROCESS,
        tags=dict(tags or {}),
        **place,
    )
    ingest.start_run(start, WRITER)
    typed = [
        ParamRecord(key, value, "none" if value is None else _TYPES[type(value)])
        for key, value in (params or {}).items()
    ]
    if typed:
        ingest.set_params(Params(identity, typed))
    for key, values in (metrics or {}).items():
        ingest.add_points(identity, key, columns(values))
    for kind, text in (documents or {}).items():
        ingest.put_document(DocumentRecord(identity, kind, "text/plain", text))
    if end_time is not None:
        ingest.end_run(RunEnd(identity, status, end_time), WRITER)
    return identity


def record(store: Store, number: int = 1, **what: Any) -> str:
    """Record one run in a transaction of its own."""
    with store.ingest() as ingest:
        return record_run(ingest, number, **what)
