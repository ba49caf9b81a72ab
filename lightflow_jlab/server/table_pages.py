"""Tables page by page: each answer says where the next page starts."""

from __future__ import annotations

import csv
import importlib.util
import io
import math
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

PAGE_ROWS = 200
MAX_GROUP_BYTES = 256 * 1024 * 1024
"""A row group of a Parquet file that says to be larger is not read."""


class TablePage(NamedTuple):
    columns: list[str]
    """Empty for a later page of a CSV file, whose first line names them."""
    rows: list[list[Any]]
    next_start: int | None
    """What to ask for next: a byte of a CSV file, a row of a Parquet file; None at the end."""


def csv_page(data: bytes, text: str, delimiter: str, start: int, size: int) -> TablePage | None:
    """Return the rows at the beginning of a piece of a CSV file; None where it is no CSV.

    Parameters
    ----------
    data, text
        The piece as bytes and as text, which may lack a mark of its encoding and half a character.
    start, size
        Where the piece begins in the file, and how long the file is.
    """
    cut = start + len(data) < size
    if cut:
        text = text[: text.rfind("\n") + 1]
    used = 3 if data.startswith(b"\xef\xbb\xbf") else 0

    def lines() -> Iterator[str]:
        nonlocal used
        for line in io.StringIO(text, newline=""):
            used += len(line.encode())
            yield line

    wanted = PAGE_ROWS + (start == 0)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines(), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) == wanted:
                break
    except csv.Error:
        return None
    if not rows:
        return None
    end = start + used
    columns = rows.pop(0) if start == 0 else []
    return TablePage(columns, list(rows), end if end < size else None)


def can_read_parquet() -> bool:
    return importlib.util.find_spec("pyarrow") is not None


def parquet_page(file: BinaryIO, start: int) -> TablePage | None:
    """Return rows of a Parquet file from row `start` on; None where it can't be read safely."""
    import pyarrow
    from pyarrow import parquet

    try:
        opened = parquet.ParquetFile(file)
        total = opened.metadata.num_rows
        first = 0
        for group in range(opened.metadata.num_row_groups):
            described = opened.metadata.row_group(group)
            if start < first + described.num_rows:
                if described.total_byte_size > MAX_GROUP_BYTES:
                    return None
                rows = _rows(opened, group, start - first)
                end = start + len(rows)
                names = [str(name) for name in opened.schema_arrow.names]
                return TablePage(names, rows, end if end < total else None)
            first += described.num_rows
        return TablePage([str(name) for name in opened.schema_arrow.names], [], None)
    except (pyarrow.ArrowException, OSError, ValueError, MemoryError):
        return None


def _rows(opened: Any, group: int, skipped: int) -> list[list[Any]]:
    found: list[list[Any]] = []
    for batch in opened.iter_batches(batch_size=PAGE_ROWS, row_groups=[group]):
        if skipped >= batch.num_rows:
            skipped -= batch.num_rows
            continue
        part = batch.slice(skipped, PAGE_ROWS - len(found))
        skipped = 0
        columns = [column.to_pylist() for column in part.columns]
        found += [[_cell(value) for value in row] for row in zip(*columns, strict=True)]
        if len(found) >= PAGE_ROWS:
            break
    return found


def _cell(value: Any) -> Any:
    """Return what JSON has a form for; everything else as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
