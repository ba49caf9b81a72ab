"""A CSV file: each becomes a run, each column of numbers a metric, each row a step."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from lightflow_jlab.cli.import_sources import Source, whole
from lightflow_jlab.contract.limits import MAX_KEY_LENGTH
from lightflow_jlab.errors import InvalidValueError
from lightflow_jlab.store.adopt import FoundExperiment, FoundRun, columns_of

STEP_COLUMNS = ("step", "epoch", "iteration")
"""The first of them that is there says the steps; else rows are counted from 0."""


class CsvFile(Source):
    """Raises `InvalidValueError` where the file holds no numbers in columns."""

    def __init__(self, file: Path, experiment: str) -> None:
        self.name = f"the file {file}"
        self._file = file
        self._experiment = experiment
        self._time = int(file.stat().st_mtime * 1000)
        names, rows = _table(file)
        step = next((name for name in names if name.lower() in STEP_COLUMNS), None)
        self._points: dict[str, list[tuple[int, float, int]]] = {}
        for index, row in enumerate(rows):
            at = _step(row[step]) if step else index
            if at is None:
                continue
            for name in names:
                value = _number(row[name])
                if name != step and value is not None and len(name) <= MAX_KEY_LENGTH:
                    self._points.setdefault(name, []).append((at, value, self._time))
        self._others = [name for name in names if name not in self._points and name != step]
        if not self._points:
            raise InvalidValueError(
                f"{file} has no column of numbers. Expected are names in the first row, commas "
                "between columns, and points in numbers, as in 0.5."
            )

    def experiments(self) -> Iterator[FoundExperiment]:
        yield FoundExperiment(self._experiment, "", {}, False)

    def run_count(self) -> int:
        return 1

    def runs(self) -> Iterator[FoundRun]:
        # The same file, wherever it lies, is the same run.
        digest = hashlib.sha256(self._file.read_bytes() + self._file.name.encode()).hexdigest()
        yield FoundRun(
            run_id=digest[:32],
            experiment=self._experiment,
            name=self._file.stem,
            user="",
            status="FINISHED",
            start_time=self._time,
            end_time=self._time,
            deleted=False,
            params={},
            tags={"mlflow.source.name": self._file.name},
            points={key: columns_of(some) for key, some in self._points.items()},
            datasets=[],
        )

    def left_out(self) -> list[str]:
        return [
            f"the column {name[:80]!r}, "
            + ("whose name is too long" if len(name) > MAX_KEY_LENGTH else "which holds no numbers")
            for name in self._others
        ]


def _table(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Return the names of columns, and the rows."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
    except UnicodeDecodeError:
        raise InvalidValueError(f"{file} is not UTF-8. Save it as such, then import it.") from None
    except csv.Error as error:
        raise InvalidValueError(f"{file} is no CSV file: {error}.") from None
    if not rows:
        raise InvalidValueError(f"{file} has no rows below its head.")
    return [name for name in rows[0] if name], rows


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _step(text: str | None) -> int | None:
    number = _number(text)
    try:
        return None if number is None else whole(number)
    except (ValueError, OverflowError):
        return None
