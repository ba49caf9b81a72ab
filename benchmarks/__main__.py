"""Run all measurements, or those that are named: `python -m benchmarks [name …]`."""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.table import Row, render

NAMES = ("logging_call", "import_time", "tracked_cell")


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(NAMES)}.")
        return 2
    rows: list[Row] = []
    for name in names or NAMES:
        rows += import_module(f"benchmarks.{name}").measure()
    print(render(rows))
    return 0


sys.exit(main(sys.argv[1:]))
