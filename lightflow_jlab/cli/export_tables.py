"""Columns as a file: CSV or JSON (a list of objects)."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lightflow_jlab.contract.scalars import encode_number
from lightflow_jlab.errors import ConflictError, InvalidValueError

FORMATS = ("csv", "json")


def write_table(path: Path, columns: dict[str, Sequence[Any]], style: str) -> None:
    """Write equally long columns into a new file. Raises `LightflowError`."""
    if path.exists():
        raise ConflictError(f"{path} is there already. Name a file that is not, or remove it.")
    if not path.absolute().parent.is_dir():
        raise InvalidValueError(f"There is no folder {path.absolute().parent} to write into.")
    {"csv": _write_csv, "json": _write_json}[style](path, columns)


def _write_csv(path: Path, columns: dict[str, Sequence[Any]]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _write_json(path: Path, columns: dict[str, Sequence[Any]]) -> None:
    """NaN and the infinities, which JSON lacks, are written as words."""
    rows = [
        {
            name: encode_number(value) if isinstance(value, float) else value
            for name, value in zip(columns, row, strict=True)
        }
        for row in zip(*columns.values(), strict=True)
    ]
    with path.open("x", encoding="utf-8") as file:
        json.dump(rows, file, indent=1, allow_nan=False)
