"""Importing an MLflow store: 1,000 runs with 10 metrics of 100 points each."""

from __future__ import annotations

import contextlib
import io
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.table import Row
from lightflow_jlab.cli.main import main as lightflow

RUNS, METRICS, POINTS = 1_000, 10, 100
_TABLES = """
CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name TEXT, lifecycle_stage TEXT);
CREATE TABLE experiment_tags (experiment_id INTEGER, key TEXT, value TEXT);
CREATE TABLE runs (run_uuid TEXT PRIMARY KEY, name TEXT, user_id TEXT, status TEXT,
    start_time INTEGER, end_time INTEGER, lifecycle_stage TEXT, artifact_uri TEXT,
    experiment_id INTEGER);
CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT, PRIMARY KEY (key, run_uuid));
CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT, PRIMARY KEY (key, run_uuid));
CREATE TABLE metrics (key TEXT, value REAL, timestamp INTEGER, run_uuid TEXT, step INTEGER,
    is_nan BOOLEAN, PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan));
CREATE INDEX metrics_by_run ON metrics (run_uuid, key, step);
CREATE INDEX params_by_run ON params (run_uuid);
INSERT INTO experiments VALUES (0, 'Default', 'active');
"""


def measure() -> list[Row]:
    points = f"{RUNS * METRICS * POINTS:,} points of {RUNS:,} MLflow runs"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mlflow.db"
        _fill(file)
        for what, bound in (("import", "30 s"), ("import again", "")):
            start = time.perf_counter()
            with contextlib.redirect_stdout(io.StringIO()):
                lightflow(["import", str(file), "--store", folder])
            rows.append(Row(f"{what} {points}", f"{time.perf_counter() - start:.1f} s", bound))
    return rows


def _fill(file: Path) -> None:
    database = sqlite3.connect(file)
    database.executescript(_TABLES)
    ids = [f"{number:032x}" for number in range(RUNS)]
    row = "(?, ?, 'ada', 'FINISHED', ?, ?, 'active', ?, 0)"
    database.executemany(
        f"INSERT INTO runs VALUES {row}",
        [(one, f"run {i}", i, i + 5, f"artifacts/{one}") for i, one in enumerate(ids)],
    )
    database.executemany("INSERT INTO params VALUES ('lr', '0.1', ?)", [(one,) for one in ids])
    database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, 0)", _points(ids))
    database.commit()
    database.close()


def _points(ids: list[str]) -> Iterator[tuple[str, float, int, str, int]]:
    for one in ids:
        for metric in range(METRICS):
            for step in range(POINTS):
                yield f"m{metric}", step * 0.5, 1_700_000_000_000 + step, one, step
