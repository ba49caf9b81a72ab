"""Import times in fresh processes, ours and pandas' in turn: medians by their own clocks."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

from benchmarks.table import Row

ROUNDS = 7
_CODE = "import time; a = time.perf_counter(); import {}; print(time.perf_counter() - a)"


def measure() -> list[Row]:
    for module in ("lightflow_jlab", "pandas"):
        _import_seconds(module)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_import_seconds("lightflow_jlab"))
        theirs.append(_import_seconds("pandas"))
    own, other = statistics.median(ours), statistics.median(theirs)
    return [
        Row(
            "`import lightflow_jlab`, `import pandas`, ratio",
            f"{own * 1e3:.0f} ms, {other * 1e3:.0f} ms, 1 : {other / own:.1f}",
            "1 : 5",
        )
    ]


def byte_code_kept() -> dict[str, str]:
    """Return the environment in which an import compiles once, and not in every process anew."""
    return {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def _import_seconds(module: str) -> float:
    shown = subprocess.run(
        [sys.executable, "-c", _CODE.format(module)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=byte_code_kept(),
    )
    return float(shown.stdout)
