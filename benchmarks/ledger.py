"""What it costs to remember the cells that a kernel executed."""

from __future__ import annotations

import statistics
import time
import tracemalloc

from benchmarks.table import Row
from lightflow_jlab.notebook.ledger import MAX_EXECUTIONS, Ledger

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
