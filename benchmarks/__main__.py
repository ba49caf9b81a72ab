"""Run all measurements, or those that are named: `python -m benchmarks [name …]`."""

from __future__ import annotations

import argparse
import compileall
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.table import Row, render

NAMES = (
    "logging_call",
    "throughput",
    "short_runs",
    "import_time",
    "tracked_cell",
    "ledger",
    "mlflow_import",
    "queries",
)
BY_NAME_ONLY = ("point_to_pixel", "mlflow_face")
"""Needs a browser, or MLflow's own server, and minutes."""


def main(arguments: list[str]) -> int:
    known = NAMES + BY_NAME_ONLY
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=(
            f"Without names: {', '.join(NAMES)}. Only when named: {', '.join(BY_NAME_ONLY)}."
        ),
    )
    parser.add_argument("names", nargs="*", metavar="name")
    names: list[str] = parser.parse_args(arguments).names
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(known)}.")
        return 2
    # As an installer does: else a process that may write no bytecode compiles at each import.
    compileall.compile_dir(Path(__file__).parents[1] / "lightflow_jlab", quiet=1)
    rows: list[Row] = []
    for name in names or NAMES:
        rows += import_module(f"benchmarks.{name}").measure()
    print(render(rows))
    return 0


sys.exit(main(sys.argv[1:]))
