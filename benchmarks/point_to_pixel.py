"""What the browser measures of itself: plays its UI tests, and reads what they kept."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import msgspec

from benchmarks.table import Row

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "ui-tests" / "measured.json"
FULL_SIZE = {"MEASURED_RUNS": "10000", "MEASURED_LIVE_POINTS": "1800000"}


class Kept(msgspec.Struct):
    """A row as `ui-tests/tests/measured.js` keeps it, with the machine's load."""

    what: str
    measured: str
    bound: str
    load: float

    def row(self) -> Row:
        return Row(self.what, self.measured, self.bound)


def play(size: dict[str, str]) -> list[Kept]:
    """Build the wheel, install it and measure in a real Chromium; minutes, not seconds."""
    KEPT.unlink(missing_ok=True)
    environment = os.environ | {"LIGHTFLOW_MEASURES": "1"} | size
    subprocess.run(
        [ROOT / "scripts" / "test", "ui", "measures", "loading"],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    return msgspec.json.decode(KEPT.read_bytes(), type=list[Kept])


def measure() -> list[Row]:
    return [kept.row() for kept in play({})]
