"""What it costs to remember the cells that a kernel executed, and to write them down."""

from __future__ import annotations

import statistics
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import ClassVar

from benchmarks.table import Row
from lightflow_jlab.importer.catch_up import catch_up
from lightflow_jlab.notebook.ledger import MAX_EXECUTIONS, Ledger
from lightflow_jlab.notebook.ledger_log import LedgerLog

CELLS = 300
EDITS = 2_500
LINES = 20


def measure() -> list[Row]:
    """Execute cells of 20 lines, each edit of one four times in a row."""
    sources = [f"x = {number}\n" * LINES for number in range(EDITS)]
    ledger = Ledger()
    taken = []
    tracemalloc.start()
    for number in range(MAX_EXECUTIONS):
        edit = number * EDITS // MAX_EXECUTIONS
        # As a request brings it: a text of its own each time.
        source = "".join([sources[edit]])
        cell_id = f"cell-{edit % CELLS}"
        ledger.add(source, cell_id, number, float(number), True)
    size_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for number in range(MAX_EXECUTIONS):
        began = time.perf_counter()
        ledger.add(sources[number % EDITS], "cell", number, 0.0, True)
        taken.append(time.perf_counter() - began)
    return [
        *_written(sources),
        Row(
            f"memory of {MAX_EXECUTIONS:,} executions in the ledger",
            f"{size_bytes / 1e6:.1f} MB",
            "5 MB",
        ),
        Row(
            "noting an execution in a full ledger: median",
            f"{statistics.median(taken) * 1e6:.0f} µs",
            "200 µs",
        ),
    ]


def _written(sources: list[str]) -> list[Row]:
    """Log the same executions and import them."""
    with tempfile.TemporaryDirectory(dir=".", prefix="benchmark-") as name:
        folder = Path(name).resolve()
        ledger, taken = Ledger(), []
        log = LedgerLog(_Shell(), ledger)
        log.begin(folder)
        for number in range(MAX_EXECUTIONS):
            edit = number * EDITS // MAX_EXECUTIONS
            cell_id = f"{edit % CELLS:08x}-0000-4000-8000-000000000000"
            execution = ledger.add(sources[edit], cell_id, number, float(number), True)
            began = time.perf_counter()
            log.add(execution)
            taken.append(time.perf_counter() - began)
        empty = _database_bytes(folder / "empty")
        size_bytes = _database_bytes(folder) - empty
    slow = statistics.quantiles(taken, n=100)[-1]
    return [
        Row(
            "writing down an execution: median, one in 100",
            f"{statistics.median(taken) * 1e6:.0f} µs, {slow * 1e6:.0f} µs",
            "200 µs",
        ),
        Row(f"{MAX_EXECUTIONS:,} executions in the store", f"{size_bytes / 1e6:.1f} MB", "5 MB"),
    ]


def _database_bytes(folder: Path) -> int:
    catch_up(folder).close()
    return (folder / "lightflow.db").stat().st_size


class _Shell:
    user_ns: ClassVar[dict[str, object]] = {}
