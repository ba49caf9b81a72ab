"""A CSV file: each becomes a run, each column of numbers a metric, each row a step."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from lightflow_jlab.cli.import_sources import Source
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of

STEP_COLUMNS = ("step", "epoch", "iteration")
"""The first of them that is there says the steps; else rows are counted from 0."""


class CsvFile(Source):
    def __init__(self, file: Path, experiment: str) -> None:
        self.name = f"the file {file}"
        self._file = file
        self._experiment = experiment
        self._texts: list[str] = []

    def experiments(self) -> Iterator[FoundExperiment]:
        yield FoundExperiment(self._experiment, "", {}, False)

    def run_count(self) -> int:
        return 1

    def runs(self) -> Iterator[FoundRun]:
        time = int(self._file.stat().st_mtime * 1000)
        with self._file.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
        if not rows:
            raise InvalidValueError(f"{self._file} has no rows below its head.")
        names = [name for name in rows[0] if name]
        step = next((name for name in names if name.lower() in STEP_COLUMNS), None)
        points: dict[str, list[tuple[int, float, int]]] = {}
        for index, row in enumerate(rows):
            at = _number(row[step]) if step else float(index)
            for name in names:
                value = _number(row[name])
                if name != step and value is not None and at is not None:
                    points.setdefault(name, []).append((int(at), value, time))
        self._texts = [name for name in names if name not in points and name != step]
        # The same file, wherever it lies, is the same run.
        digest = hashlib.sha256(self._file.read_bytes() + self._file.name.encode()).hexdigest()
        yield FoundRun(
            run_id=digest[:32],
            experiment=self._experiment,
            name=self._file.stem,
            user="",
            status="FINISHED",
            start_time=time,
            end_time=time,
            deleted=False,
            params={},
            tags={"mlflow.source.name": self._file.name},
            points={key: columns_of(some) for key, some in points.items()},
            datasets=[],
        )

    def left_out(self) -> list[str]:
        return [f"the column {name!r}, which holds no numbers" for name in self._texts]


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
