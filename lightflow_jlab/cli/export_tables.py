"""Columns as a file, 0600: CSV, JSON (a list of objects) or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from lightflow_jlab.config.private_files import create_private
from lightflow_jlab.contract.scalars import encode_number
from lightflow_jlab.errors import ConflictError, InvalidValueError

FORMATS = ("csv", "json", "parquet")


def write_table(path: Path, columns: dict[str, Sequence[Any]], style: str) -> None:
    """Write equally long columns into a new file. Raises `LightflowError`."""
    if path.exists():
        raise ConflictError(f"{path} is there already. Name a file that is not, or remove it.")
    if not path.absolute().parent.is_dir():
        raise InvalidValueError(f"There is no folder {path.absolute().parent} to write into.")
    _WRITERS[style](path, columns)


def _write_csv(path: Path, columns: dict[str, Sequence[Any]]) -> None:
    with TextIOWrapper(create_private(path, new=True), encoding="utf-8", newline="") as file:
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
    with TextIOWrapper(create_private(path, new=True), encoding="utf-8") as file:
        json.dump(rows, file, indent=1, allow_nan=False)


def _write_parquet(path: Path, columns: dict[str, Sequence[Any]]) -> None:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise InvalidValueError(
            "Parquet needs the library pyarrow: pip install 'lightflow-jlab[parquet]'. "
            "Or choose --format csv or json."
        ) from error
    table = pa.table({name: pa.array(_alike(values)) for name, values in columns.items()})
    with create_private(path, new=True) as file:
        parquet.write_table(table, file, compression="zstd")


def _alike(values: Sequence[Any]) -> Sequence[Any]:
    """Return values of one kind, as a column of Parquet has: where they differ, as texts."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} or len(kinds) == 1:
        return values
    return [None if value is None else str(value) for value in values]


_WRITERS = {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet}
